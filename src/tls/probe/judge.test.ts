import { expect, it } from 'vitest'
import type { ServerFlight } from '../hello/index.ts'
import { judgeCompression, judgeRenegotiation } from './index.ts'

const flight: ServerFlight = {
  kind: 'flight',
  version: 0x0303,
  suite: 0xc02f,
  retry: false,
  random: Buffer.alloc(32),
  sessionId: Buffer.alloc(0),
  compression: 0,
  extensions: new Map(),
  group: 29,
  certificates: [],
  staple: undefined,
  keyExchange: undefined,
  certificateRequest: undefined,
  warnings: [],
  complete: true,
  bytes: Buffer.alloc(500, 22),
}

it.each([
  [0, [1, 0], 'safe'],
  [0, [0], 'not-tested'],
  [1, [1, 0], 'vulnerable'],
  [64, [1, 64, 0], 'vulnerable'],
])('compression %i chosen out of %j is %s (case 59)', (compression, offered, kind) => {
  const probed = judgeCompression({ ...flight, compression }, offered)
  expect(probed.kind).toBe(kind)
  if (probed.kind === 'vulnerable') expect(probed.bytes).toHaveLength(64)
})

it.each([
  [undefined, true, 'vulnerable'],
  [undefined, false, 'not-tested'],
  ['00', true, 'safe'],
  ['0c000000000000000000000000', true, 'vulnerable'],
])('renegotiation_info %s, asked for: %s, is %s (case 59)', (info, asked, kind) => {
  const extensions = new Map(info === undefined ? [] : [[0xff01, Buffer.from(info, 'hex')]])
  expect(judgeRenegotiation({ ...flight, extensions }, asked).kind).toBe(kind)
})

it('TLS 1.3 has neither', () => {
  const newest = { ...flight, version: 0x0304 }
  expect(judgeCompression(newest, [1, 0]).kind).toBe('not-applicable')
  expect(judgeRenegotiation(newest, true).kind).toBe('not-applicable')
})
