import { describe, expect, it } from 'vitest'
import { spellReply } from '../../../src/world/index.ts'
import type { Script } from '../../../src/world/index.ts'
import { checkIn, checkTls, checkWith, expectWritten, say } from '../../support/checkWith.ts'
import { startLab } from '../../support/lab.ts'
import { findClosedPlace, publicAddress } from '../../support/network.ts'
import type { Mishap, TlsBehaviour } from '../../support/tlsServer/index.ts'

const upgrade = say('EHLO client.test', 'STARTTLS')
const valid = { verdict: 'valid', cause: 'pkix' }
const brief = 8

const moments = ['start', 'hello', 'server_hello', 'certificate', 'flight'] as const
const reactions: readonly Extract<Mishap, { kind: 'stop' }>['how'][] = ['close', 'reset', 'silence', { alert: 40 }]
const everything = {
  versions: [0x0304, 0x0303, 0x0302, 0x0301, 0x0300, 0x0002],
  kinds: [0x010080, 0x0700c0],
  suites: [0x1301, 0xc02b, 0xc02f, 0x0033, 0x002f, 0x0002, 0x0003, 0x0005, 0x0009, 0x000a, 0x0014, 0x0034],
}
const behaviours: [string, Partial<TlsBehaviour>][] = [
  ['good', {}],
  ['that has everything', everything],
  ['of TLS 1.0 and weak suites', { ...everything, versions: [0x0301] }],
  ['of SSLv3', { ...everything, versions: [0x0300] }],
  ['of SSLv2', { ...everything, versions: [0x0002] }],
  ['of TLS 1.3', { versions: [0x0304] }],
  ['that retries for ever', { groups: [24], helloRetry: 'twice' }],
  ['that asks for certificates', { certificateRequest: { types: [1], schemes: [0x0401], authorities: [] } }],
  ['that refuses the name', { unrecognizedName: 'fatal' }],
  ...moments.flatMap((at) =>
    reactions.map((how): [string, Partial<TlsBehaviour>] => [
      `that at ${at} does ${JSON.stringify(how)}`,
      { ...everything, mishaps: [{ at, kind: 'stop', how } satisfies Mishap] },
    ]),
  ),
]
const scripts: [string, Partial<Script>][] = [
  ['that is busy', { greeting: '421 4.3.2 Busy\r\n' }],
  ['without TLS for now', { starttls: '454 4.7.0 TLS not available\r\n' }],
  ['whose STARTTLS is mangled', { ehlo: spellReply(250, 'mx', 'XXXXXXXA'), starttls: spellReply(500, 'What?') }],
  ['that runs what is slipped in', { behindStarttls: 'run' }],
  ['that answers what is slipped in', { behindStarttls: 'answer' }],
  ['that never says goodbye', { quit: { silence: true } }],
]

describe('a brief examination makes no more connections than it may', () => {
  it.each(behaviours)('to a server %s', async (_, behaviour) => {
    for (const met of [true, false]) {
      const { dialed, host } = await checkTls(behaviour, { met })
      expect(dialed.length).toBeGreaterThan(0)
      expect(dialed.length).toBeLessThanOrEqual(brief)
      expect(host.connections.survey + host.connections.probes).toBe(dialed.length)
    }
  })

  it.each(scripts)('to a server %s, with the trial of mail and without', async (_, script) => {
    for (const probeMail of [true, false]) {
      const { dialed } = await checkWith(script, { check: { probeMail } })
      expect(dialed.length).toBeLessThanOrEqual(brief)
    }
  })

  it.each([1, 2, 3, 5, 8])('nor where the budget is %d, brief or deep; what it does not reach is not tested', async (budget) => {
    for (const deep of [false, true]) {
      const { dialed, host, notTested } = await checkTls(everything, { check: { budget, deep } })
      expect(dialed).toHaveLength(budget)
      expect(host.stopped).toBe(`the budget of ${budget} connection${budget === 1 ? '' : 's'} is used up`)
      expect(host).toMatchObject(valid)
      expect(Object.values(notTested)).toContain(host.stopped)
      expect(host.passed.filter((rule) => rule in notTested)).toEqual([])
    }
  })

  it('nor is it said that something was left unasked where nothing was', async () => {
    const { dialed, host } = await checkTls({}, { check: { budget: 7 } })
    expect(dialed).toHaveLength(7)
    expect(host.stopped).toBeUndefined()
  })
})

describe('case 59: a server that is silent at hellos', () => {
  it.each([true, false])('case 59: is asked no more than twice (met before: %s)', async (met) => {
    const { host, connections, notTested, clock } = await checkTls(
      { mishaps: [{ at: 'hello', kind: 'stop', how: 'silence' }] },
      { met },
    )
    // Where the handshake itself meets the silence, its minute is most of the visit's.
    expect(connections).toHaveLength(2)
    expect(clock.elapsed).toBe(met ? 30_000 : 75_000)
    expect(host.stopped).toBeDefined()
    for (const rule of ['sslv2-offered', 'tls-old-offered', 'suite-rc4', 'suite-export'])
      expect(notTested[rule], rule).toBe(host.stopped)
  })

  it('case 59: and before TLS, once', async () => {
    await using lab = await startLab()
    const server = await lab.addServer(undefined, {
      script: { ehlo: ({ connection }) => (connection > 2 ? { silence: true } : undefined) },
    })
    const { host, written } = await checkIn(lab, server)
    expect(host).toMatchObject({ ...valid, stopped: 'the server broke off a further connection before TLS' })
    expect(written).toHaveLength(3)
  })
})

describe('case 9: a server that has enough of us', () => {
  const text = '421 4.7.0 Too many connections'
  it.each(
    (['greeting', 'ehlo', 'starttls'] as const).flatMap((moment) => [1, 2, 3, 4, 5, 6].map((good) => [moment, good] as const)),
  )('case 9: by %s, after %d good connections: they are kept, and no other is made', async (moment, good) => {
    const { host, findings, written, exit } = await checkWith({
      [moment]: ({ connection }: { connection: number }) => (connection > good ? `${text}\r\n` : undefined),
    })
    expect(host).toMatchObject({ ...valid, stopped: `the server said ${text}` })
    expect(exit).toBe(0)
    expect(written).toHaveLength(good + 1)
    expectWritten(written.slice(0, good), [upgrade])
    expect(findings).toEqual({
      'rate-limited': `info: rate limited after ${good} good connection${good === 1 ? '' : 's'}: ${text}`,
    })
    const untested = Object.fromEntries(host.notTested.map(({ rule, why }) => [rule, why]))
    expect(host.passed.filter((rule) => rule in untested)).toEqual([])
    // In the order they are asked: injection, no SNI, weak suites, old versions, SSLv2, the other key type.
    const asked: [string, number][] = [
      ['command-injection', 2],
      ['tls-old-offered', 5],
      ['sslv3-offered', 5],
      ['sslv2-offered', 6],
    ]
    for (const [rule, at] of asked) {
      expect(host.passed.includes(rule), rule).toBe(at <= good)
      expect(rule in untested, rule).toBe(at > good)
    }
  })
})

it('case 12: a server that takes no further connection ends the examination, and what was seen stands', async () => {
  await using lab = await startLab()
  const server = await lab.addServer()
  lab.network.put(publicAddress, 25, server, server, server, await findClosedPlace())
  const { host, findings } = await checkIn(lab, server)
  expect(host).toMatchObject({ ...valid, stopped: 'the server took no further connection: ECONNREFUSED' })
  expect(lab.network.dialed).toHaveLength(4)
  expect(findings).toEqual({})
  expect(host.notTested.find(({ rule }) => rule === 'sslv2-offered')?.why).toBe(host.stopped)
})

it('case 3: a server that is slow each time is asked for a minute, and no connection is begun after it', async () => {
  const { host, clock, server } = await checkWith({
    greeting: { pieces: ['220 mx.example.test', ' ESMTP\r\n'], everyMs: 12_000 },
  })
  expect(host).toMatchObject({ ...valid, stopped: 'the server is slow, and was asked for long enough' })
  expect(server.connections.length).toBeLessThan(7)
  expect(clock.elapsed).toBeLessThanOrEqual(60_000 + 24_000)
})
