import { expect, it } from 'vitest'
import { type Intolerance, type Mishap, printAlert, printRecord, type TlsBehaviour } from '../../support/tlsServer/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { extensions13, type HelloFields, openRaw, printHello, random } from './rawClient.ts'

const plain = { versions: [0x0303], suites: [0x002f] }
const padding = (octets: number) => [21, Buffer.alloc(octets)] as const
const many = Array.from({ length: 128 }, (_, index) => 0x002f + index)

it.each([
  ['tls13', { to: 'tls13' }, { extensions: extensions13([29], []) }],
  ['ml-kem', { to: 'ml-kem' }, { extensions: extensions13([4588], [[4588, Buffer.alloc(1216)]]) }],
  ['unknown extensions', { to: 'unknown-extension' }, { extensions: [[0x0a0a, Buffer.alloc(0)]] }],
  ['many suites', { to: 'many-suites' }, { suites: many }],
  ['over 255 octets', { to: 'size', over: 255 }, { extensions: [padding(300)] }],
  ['256 to 511 octets', { to: 'size', over: 255, upTo: 511 }, { extensions: [padding(300)] }],
] satisfies [string, DistributiveOmit<Intolerance, 'reaction'>, HelloFields][])(
  'case 56: intolerant of %s',
  async (_what, to, fields) => {
    const meet = async (reaction: Intolerance['reaction'], hello: HelloFields) => {
      await using client = await openRaw({ ...plain, intolerances: [{ ...to, reaction }] })
      await client.hello(hello)
      const { alerts, messages } = await client.flight()
      return [alerts, messages.length]
    }
    expect(await meet({ alert: 70 }, fields)).toEqual([[[2, 70]], 0])
    expect(await meet('close', fields)).toEqual([[], 0])
    expect(await meet('reset', fields)).toEqual([[], 0])
    expect(await meet('close', {})).toEqual([[], 3])
  },
)

type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never

it('case 56: intolerant of a hello in more than one record', async () => {
  await using client = await openRaw({ ...plain, intolerances: [{ to: 'many-records', reaction: { alert: 50 } }] })
  const hello = printHello({})
  for (const part of [hello.subarray(0, 20), hello.subarray(20)]) await client.send(printRecord(22, 0x0301, part))
  expect((await client.flight()).alerts).toEqual([[2, 50]])
})

it('case 56: larger than the gap is borne again', async () => {
  await using client = await openRaw({ ...plain, intolerances: [{ to: 'size', over: 255, upTo: 511, reaction: 'silence' }] })
  await client.hello({ extensions: [padding(500)] })
  expect((await client.flight()).messages).toHaveLength(3)
})

it.each([
  ['start', 0],
  ['hello', 0],
  ['server_hello', 0],
  ['certificate', 1],
  ['server_hello_done', 2],
  ['flight', 3],
] as const)('a server that closes at %s', async (at, messages) => {
  await using client = await openRaw({ ...plain, mishaps: [{ at, kind: 'stop', how: 'close' }] })
  if (at !== 'start') await client.hello()
  const flight = await client.flight()
  expect([flight.messages.length, flight.alerts]).toEqual([messages, []])
  expect(await client.rest()).toHaveLength(0)
  expect(client.connection.seen.end).toEqual({ kind: 'server', how: 'close' })
})

it('a server that is silent says nothing until the client is gone', async () => {
  await using client = await openRaw({ ...plain, mishaps: [{ at: 'certificate', kind: 'stop', how: 'silence' }] })
  await client.hello()
  expect((await client.flight(1)).messages.map(({ type }) => type)).toEqual([2])
  await expect.poll(() => client.connection.seen.end).toEqual({ kind: 'server', how: 'silence' })
})

it('a slow server answers when its clock says so', async () => {
  const clock = new VirtualClock()
  await using client = await openRaw({ ...plain, clock, mishaps: [{ at: 'server_hello', kind: 'delay', ms: 5000 }] })
  await client.hello()
  expect((await client.flight()).messages).toHaveLength(3)
  expect(clock.elapsed).toBe(5000)
})

it.each([
  ['garbage after the ServerHello', { at: 'certificate', kind: 'send', octets: Buffer.from('HTTP/1.1 400') }, 'HTTP/1.1 400'],
  ['garbage for a ServerHello', { at: 'server_hello', kind: 'send', octets: Buffer.from('220 mx') }, '220 mx'],
] satisfies [string, Mishap, string][])('%s is sent as it is', async (_what, mishap, text) => {
  await using client = await openRaw({ ...plain, mishaps: [mishap, { at: 'server_hello_done', kind: 'stop', how: 'close' }] })
  await client.hello()
  expect((await client.rest()).toString('latin1')).toContain(text)
})

it('a warning may stand within a message', async () => {
  const octets = printAlert('warning', 112, 0x0303)
  await using client = await openRaw({ ...plain, mishaps: [{ at: 'certificate', kind: 'interleave', octets }] })
  await client.hello()
  const { records, messages } = await client.flight()
  expect(records.map(({ type }) => type)).toEqual([22, 22, 21, 22, 22])
  expect(messages.map(({ type }) => type)).toEqual([2, 11, 14])
})

it.each([
  [{ recordOctets: 1 }, 1],
  [{ recordOctets: 3 }, 3],
  [{ coalesced: true }, 16_384],
] satisfies [Partial<TlsBehaviour>, number][])('records cut by %o', async (behaviour, octets) => {
  await using client = await openRaw({ ...plain, ...behaviour })
  await client.hello()
  const { records, messages } = await client.flight()
  expect(messages.map(({ type }) => type)).toEqual([2, 11, 14])
  expect(Math.max(...records.map(({ body }) => body.length))).toBeLessThanOrEqual(octets)
  if (octets === 16_384) expect(records).toHaveLength(1)
})

it('a flood lasts as long as the client takes it', async () => {
  await using client = await openRaw({
    ...plain,
    mishaps: [{ at: 'certificate', kind: 'flood', octets: printRecord(22, 0x0303, Buffer.alloc(0)) }],
  })
  await client.hello()
  expect((await client.flight(5000)).records).toHaveLength(5000)
  const { seen, over } = client.connection
  await client[Symbol.asyncDispose]()
  await over
  expect(seen.flooded).toBeGreaterThan(20_000)
  expect(seen.end?.kind).toBe('client')
})

it.each([
  ['no TLS', Buffer.from('EHLO client.test\r\n'), 50],
  ['application data', printRecord(23, 0x0303, Buffer.alloc(5)), 10],
  ['a Finished', printRecord(22, 0x0303, Buffer.from('14000000', 'hex')), 10],
  ['an empty record', printRecord(22, 0x0303, Buffer.alloc(0)), 10],
  ['half a hello', printRecord(22, 0x0301, Buffer.concat([Buffer.from('010000220303', 'hex'), random])), 50],
])('%s for a hello is refused', async (_what, octets, alert) => {
  await using client = await openRaw(plain)
  await client.send(octets)
  expect((await client.flight()).alerts).toEqual([[2, alert]])
  expect(client.connection.seen.end?.kind).toBe('malformed')
})

it('a hello may come in many records, and alerts are noted', async () => {
  await using client = await openRaw({ ...plain, mishaps: [{ at: 'flight', kind: 'stop', how: 'silence' }] })
  for (const octet of printHello({})) await client.send(printRecord(22, 0x0301, Buffer.from([octet])))
  expect((await client.flight()).messages).toHaveLength(3)
  const [hello] = client.connection.seen.hellos
  expect(hello?.records).toBe(hello?.octets)
})

it('a client that says close_notify is left', async () => {
  await using client = await openRaw(plain)
  await client.hello()
  await client.flight()
  await client.send(printAlert('warning', 0, 0x0303))
  expect(await client.rest()).toHaveLength(0)
  expect(client.connection.seen).toMatchObject({ alerts: [{ level: 1, description: 0 }], end: { kind: 'client', how: 'end' } })
})

it('a behaviour that there is not fails the test that asks for it', async () => {
  await using client = await openRaw({ suites: [0x9999] })
  const failed = expect(client.connection.over).rejects.toThrow("the tests' TLS server has no suite 0x9999")
  await client.hello({ suites: [0x9999] })
  await failed
})
