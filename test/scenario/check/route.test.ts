import type { Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { examine, parseTarget } from '../../../src/check/index.ts'
import { exitOf } from '../../../src/cli/check.ts'
import { createResolver } from '../../../src/dns/index.ts'
import { type Dialer, dial } from '../../../src/starttls/index.ts'
import { type Zone, spellReply } from '../../../src/world/index.ts'
import { checkIn, findingsOf } from '../../support/checkWith.ts'
import { type LabOptions, mx, startLab } from '../../support/lab.ts'
import { findClosedPlace, publicAddress } from '../../support/network.ts'

const valid = { verdict: 'valid', cause: 'pkix', grade: 'B' }
const noEncryption = { ehlo: spellReply(250, 'mx', 'SIZE'), starttls: spellReply(502, 'What?') }
const otherAddress = '5.45.25.2'

/** Checks a domain that no server needs to stand behind. */
async function checkZone(zone: Zone, check: LabOptions['check'] = {}) {
  await using lab = await startLab({ zone, check })
  const result = await lab.check()
  return {
    result,
    findings: findingsOf(result),
    exit: exitOf([result], 'encrypted'),
    dialed: lab.network.dialed,
    queries: lab.dns.queries,
  }
}

describe('where mail for a domain goes', () => {
  it('case 60: a domain without MX and with an address is its own mail server', async () => {
    await using lab = await startLab({ zone: { 'example.test': { A: [publicAddress] } } })
    const server = await lab.addServer(publicAddress, { certificate: { names: ['example.test'] } })
    const { host, findings, exit } = await checkIn(lab, server)
    expect(host).toMatchObject({ ...valid, mx: 'example.test', preference: 0 })
    expect(findings).toEqual({ 'mx-implicit': 'info: no MX record, example.test itself has an address' })
    expect(exit).toBe(0)
  })

  it('case 60: with an IPv6 address alone too', async () => {
    await using lab = await startLab({ zone: { 'example.test': { AAAA: ['2a00:1450::25'] } } })
    const server = await lab.addServer('2a00:1450::25', { certificate: { names: ['example.test'] } })
    const { host, findings } = await checkIn(lab, server)
    expect(host).toMatchObject({ ...valid, mx: 'example.test', address: '2a00:1450::25' })
    expect(Object.keys(findings)).toEqual(['mx-implicit'])
  })

  it.each([
    ['with neither MX nor address takes no mail', {}, 'no-mail', 'no-address'],
    ['that does not exist takes no mail', 'NXDOMAIN', 'no-mail', 'nxdomain'],
    ['whose look-up fails is temporary', 'SERVFAIL', 'temporary', 'dns'],
    ['whose look-up is refused is temporary', 'REFUSED', 'temporary', 'dns'],
    ['whose look-up is never answered is temporary', 'silent', 'temporary', 'dns'],
  ] as const)('case 60: a domain %s', async (_, records, verdict, cause) => {
    const { result, findings, exit, dialed } = await checkZone({ 'example.test': records })
    expect(result).toMatchObject({ verdict, cause, grade: '–', hosts: [], best: undefined })
    expect(findings).toEqual({})
    expect(exit).toBe(3)
    expect(dialed).toEqual([])
  })

  it('case 60: each failure of the DNS is told in its own words', async () => {
    const quotes = await Promise.all(
      (['SERVFAIL', 'REFUSED', 'silent'] as const).map(
        async (entry) => (await checkZone({ 'example.test': entry })).result.quote,
      ),
    )
    expect(quotes).toEqual([
      'the DNS server says SERVFAIL',
      'the DNS server says REFUSED',
      expect.stringMatching(/^no answer from 127\.0\.0\.1 within 5 s$/),
    ])
  })

  it('case 60: a domain without MX whose address look-up fails is temporary, not without mail', async () => {
    const { result, exit } = await checkZone({ 'example.test': ({ type }) => (type === 'MX' ? {} : 'SERVFAIL') })
    expect(result).toMatchObject({ verdict: 'temporary', cause: 'dns', grade: '–' })
    expect(exit).toBe(3)
  })
})

describe('where a mail server is', () => {
  it.each([
    ['does not exist', 'NXDOMAIN', 'unreachable', 'no-address', 'the host does not exist'],
    ['has no address', {}, 'unreachable', 'no-address', 'the host has no address'],
    ['cannot be looked up', 'SERVFAIL', 'temporary', 'dns', 'the DNS gives no answer about the host for now'],
    ['is never answered for', 'silent', 'temporary', 'dns', 'the DNS gives no answer about the host for now'],
  ] as const)('case 60: an MX host that %s', async (_, records, verdict, cause, words) => {
    const { result, exit, dialed } = await checkZone({ [mx]: records })
    expect(result).toMatchObject({ verdict, cause, words, grade: '–' })
    expect(result.hosts).toMatchObject([{ mx, address: undefined, verdict, cause }])
    expect(exit).toBe(3)
    expect(dialed).toEqual([])
  })

  it('case 60: an MX host whose AAAA look-up fails is reached by its A', async () => {
    await using lab = await startLab({ zone: { [mx]: ({ type }) => (type === 'A' ? { A: [publicAddress] } : 'SERVFAIL') } })
    const server = await lab.addServer()
    expect((await checkIn(lab, server)).result).toMatchObject(valid)
  })
})

const nullMx = { MX: [{ preference: 0, exchange: '.' }] }

it('case 61: a null MX alone takes no mail, and nothing is dialled', async () => {
  const { result, findings, exit, dialed, queries } = await checkZone({ 'example.test': { ...nullMx, A: [publicAddress] } })
  expect(result).toMatchObject({ verdict: 'no-mail', cause: 'null-mx', grade: '–', hosts: [] })
  expect(findings).toEqual({})
  expect(exit).toBe(0)
  expect(dialed).toEqual([])
  expect(queries.map(({ type }) => type)).toEqual(['MX'])
})

it('case 61: a null MX beside others is a mistake, and the others are tested', async () => {
  await using lab = await startLab({ zone: { 'example.test': { MX: [...nullMx.MX, { preference: 10, exchange: mx }] } } })
  const server = await lab.addServer()
  const { result, findings, exit } = await checkIn(lab, server)
  expect(result).toMatchObject({ ...valid, hosts: [{ mx }] })
  expect(findings).toEqual({ 'null-mx-among-others': 'medium: MX 0 . beside other MX records' })
  expect(exit).toBe(0)
})

it('case 61: a null MX that is SERVFAIL when asked again is temporary', async () => {
  let asked = 0
  await using lab = await startLab({ zone: { 'example.test': () => (asked++ === 0 ? nullMx : 'SERVFAIL') } })
  expect(await lab.check()).toMatchObject({ verdict: 'no-mail' })
  await lab.clock.sleep(61_000)
  expect(await lab.check()).toMatchObject({ verdict: 'temporary', cause: 'dns' })
})

it('case 62: an MX that is an alias works, with a warning', async () => {
  await using lab = await startLab({
    zone: { [mx]: { CNAME: 'node7.provider.test' }, 'node7.provider.test': { A: [publicAddress] } },
  })
  const server = await lab.addServer()
  const { host, findings, exit } = await checkIn(lab, server)
  expect(host).toMatchObject({ ...valid, mx })
  expect(findings).toEqual({ 'mx-cname': 'low: mx.example.test is an alias of node7.provider.test' })
  expect(exit).toBe(0)
})

it.each([
  ['an IPv4 literal', publicAddress, {}, 'an IP address where a host name must stand'],
  ['localhost', 'localhost', {}, 'localhost is the sender itself'],
  ['a name below localhost', 'mail.localhost', {}, 'localhost is the sender itself'],
  ['a private address', mx, { A: ['192.168.1.1'] }, '192.168.1.1 is not an address of the public Internet'],
  ['a loopback address', mx, { A: ['127.0.0.1'] }, '127.0.0.1 is not an address of the public Internet'],
  ['a private IPv6 address', mx, { AAAA: ['fd00::25'] }, 'fd00::25 is not an address of the public Internet'],
])('case 62: an MX that points at %s is broken and not dialled', async (_, exchange, records, why) => {
  const { result, findings, exit, dialed } = await checkZone({
    'example.test': { MX: [{ preference: 10, exchange }] },
    [exchange]: records,
  })
  const broken = { verdict: 'broken', cause: 'mx-unusable', grade: 'F', quote: why }
  expect(result).toMatchObject(broken)
  expect(result.hosts).toMatchObject([{ ...broken, mx: exchange, address: undefined, transcripts: [] }])
  expect(findings).toEqual({ 'mx-unusable': `high: ${exchange}: ${why}` })
  expect(exit).toBe(1)
  expect(dialed).toEqual([])
})

it('case 62: of several addresses only the private ones are left out', async () => {
  await using lab = await startLab({ zone: { [mx]: { A: ['10.0.0.7', publicAddress] } } })
  const server = await lab.addServer()
  const { result, dialed } = await checkIn(lab, server)
  expect(result).toMatchObject({ ...valid, hosts: [{ address: publicAddress }] })
  expect(new Set(dialed.map(({ address }) => address))).toEqual(new Set([publicAddress]))
})

it('case 62: a private address is dialled where the settings allow it', async () => {
  await using lab = await startLab({ zone: { [mx]: { A: ['10.0.0.7'] } }, check: { allowPrivateAddresses: true } })
  const server = await lab.addServer('10.0.0.7')
  const { host, findings, exit } = await checkIn(lab, server)
  expect(host).toMatchObject({ ...valid, address: '10.0.0.7' })
  expect(findings).toEqual({})
  expect(exit).toBe(0)
})

it('case 62: a private address of a host that the user names is dialled', async () => {
  await using lab = await startLab({ zone: { [mx]: { A: ['10.0.0.7'] } } })
  const server = await lab.addServer('10.0.0.7')
  expect((await checkIn(lab, server, `smtp://${mx}`)).host).toMatchObject({ verdict: 'authenticated', address: '10.0.0.7' })
})

it('case 63: several MX have verdicts of their own, and the domain has the worst of them', async () => {
  const names = ['a.example.test', 'b.example.test', 'c.example.test']
  await using lab = await startLab({
    zone: {
      'example.test': {
        MX: [
          { preference: 20, exchange: 'c.example.test' },
          { preference: 10, exchange: 'b.example.test' },
          { preference: 10, exchange: 'a.example.test' },
        ],
      },
      'a.example.test': { A: ['5.45.25.10'] },
      'b.example.test': { A: ['5.45.25.11'] },
      'c.example.test': { A: ['5.45.25.12'] },
    },
  })
  const server = await lab.addServer('5.45.25.10', { certificate: { names } })
  await lab.addServer('5.45.25.11', { script: noEncryption })
  await lab.addServer('5.45.25.12', { certificate: { names, selfSigned: true } })
  const { result, exit } = await checkIn(lab, server)
  expect(result).toMatchObject({ verdict: 'plaintext', cause: 'not-offered', best: 'valid', grade: 'F' })
  expect(result.hosts.map(({ preference }) => preference)).toEqual([10, 10, 20])
  const verdicts = Object.fromEntries(result.hosts.map(({ mx, verdict, grade }) => [mx, `${verdict} ${grade}`]))
  expect(verdicts).toEqual({
    'a.example.test': 'valid B',
    'b.example.test': 'plaintext F',
    'c.example.test': 'unauthenticated C',
  })
  expect(exit).toBe(1)
  expect(exitOf([{ ...result, hosts: result.hosts.filter(({ mx }) => mx === 'a.example.test') }], 'encrypted')).toBe(1)
})

it('case 64: a first MX that is dead on purpose is told, and no fault of TLS', async () => {
  await using lab = await startLab({
    zone: {
      'example.test': {
        MX: [
          { preference: 10, exchange: 'dead.example.test' },
          { preference: 20, exchange: mx },
        ],
      },
      'dead.example.test': { A: [otherAddress] },
    },
  })
  lab.network.put(otherAddress, 25, await findClosedPlace())
  const server = await lab.addServer()
  const { result, findings, exit } = await checkIn(lab, server)
  expect(result).toMatchObject({ ...valid, best: 'valid' })
  expect(result.hosts).toMatchObject([
    { mx: 'dead.example.test', verdict: 'unreachable', cause: 'refused', grade: '–' },
    { mx, ...valid },
  ])
  expect(findings).toEqual({ 'mx-first-unreachable': 'info: dead.example.test does not answer' })
  expect(exit).toBe(0)
})

it('case 65: each address of one MX has a result of its own', async () => {
  await using lab = await startLab({ zone: { [mx]: { A: [publicAddress], AAAA: ['2a00:1450::25'] } } })
  const server = await lab.addServer()
  await lab.addServer('2a00:1450::25', { script: noEncryption })
  const { result, exit } = await checkIn(lab, server)
  expect(result).toMatchObject({ verdict: 'plaintext', best: 'valid', grade: 'F' })
  expect(result.hosts).toMatchObject([
    { mx, address: publicAddress, ...valid },
    { mx, address: '2a00:1450::25', verdict: 'plaintext', cause: 'not-offered', grade: 'F' },
  ])
  expect(exit).toBe(1)
})

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))

it('case 65: over real IPv6 likewise; where this machine has none, that is what is said', async () => {
  await using lab = await startLab({
    zone: { [mx]: { A: ['127.0.0.1'], AAAA: ['::1'] } },
    check: { allowPrivateAddresses: true },
  })
  const server = await lab.addServer('127.0.0.1', { script: noEncryption })
  const six = hasIpv6 ? await lab.addServer('::1', { host: '::1' }) : undefined
  const { result } = await checkIn(lab, server)
  expect(result.hosts).toMatchObject([
    { address: '127.0.0.1', verdict: 'plaintext' },
    { address: '::1', ...(six ? valid : { verdict: 'not-tested', cause: 'no-ipv6' }) },
  ])
  expect(six?.connections.length ?? 7).toBe(7)
})

/** A machine without IPv6, as the settings can say. */
const dialIpv4: Dialer = async (endpoint, timeoutMs, clock) =>
  endpoint.address.includes(':') ? { kind: 'unreachable', cause: 'no-ipv6', detail: 'no IPv6' } : dial(endpoint, timeoutMs, clock)

it('case 65: an MX with IPv6 alone is not tested from where there is none, and never called unreachable', async () => {
  const { result, findings, exit } = await checkZone({ [mx]: { AAAA: ['2a00:1450::25'] } }, { dialer: dialIpv4 })
  expect(result).toMatchObject({ verdict: 'not-tested', cause: 'no-ipv6', grade: '–' })
  expect(result.hosts).toMatchObject([{ address: '2a00:1450::25', verdict: 'not-tested', cause: 'no-ipv6' }])
  expect(findings).toEqual({})
  expect(exit).toBe(3)
})

it('case 65: beside an IPv4 address that is good, it does not spoil the verdict', async () => {
  await using lab = await startLab({ zone: { [mx]: { A: [publicAddress], AAAA: ['2a00:1450::25'] } } })
  const server = await lab.addServer()
  const dialer: Dialer = async (endpoint, ...rest) =>
    endpoint.address.includes(':') ? dialIpv4(endpoint, ...rest) : lab.network.dialer(endpoint, ...rest)
  const result = await examine(parseTarget('example.test'), { ...lab.context, dialer })
  expect(result).toMatchObject({ ...valid, hosts: [valid, { verdict: 'not-tested', cause: 'no-ipv6' }] })
  expect(exitOf([result], 'encrypted')).toBe(0)
  expect(server.connections).toHaveLength(7)
})

it('case 66: an MX that many domains share is connected to once', async () => {
  const domains = Array.from({ length: 20 }, (_, index) => `d${index}.test`)
  const zone = Object.fromEntries(domains.map((name) => [name, { MX: [{ preference: 10, exchange: mx }] }]))
  await using lab = await startLab({ zone })
  const server = await lab.addServer()
  const results = await Promise.all(domains.map(async (name) => lab.check(name)))
  const later = await lab.check('d0.test')
  for (const result of [...results, later]) expect(result).toMatchObject({ ...valid, hosts: [{ mx, ...valid }] })
  // One examination, whoever asks for it.
  expect(server.connections).toHaveLength(7)
  expect(lab.network.dialed).toHaveLength(7)
})

it('case 66: two names of one address are spoken to one after the other', async () => {
  const sockets: Socket[] = []
  let overlapping = 0
  const dialer: Dialer = async (...asked) => {
    overlapping += sockets.filter(({ destroyed }) => !destroyed).length
    const dialed = await lab.network.dialer(...asked)
    if (dialed.kind === 'connected') sockets.push(dialed.socket)
    return dialed
  }
  await using lab = await startLab({
    zone: {
      'a.test': { MX: [{ preference: 10, exchange: 'mx1.test' }] },
      'b.test': { MX: [{ preference: 10, exchange: 'mx2.test' }] },
      'mx1.test': { A: [publicAddress] },
      'mx2.test': { A: [publicAddress] },
    },
    check: { dialer: async (...asked) => dialer(...asked) },
  })
  const server = await lab.addServer(publicAddress, { certificate: { names: ['mx1.test', 'mx2.test'] } })
  const results = await Promise.all([lab.check('a.test'), lab.check('b.test')])
  expect(results).toMatchObject([valid, valid])
  // What is not about the name is asked once; each name has its own handshake.
  expect(server.connections).toHaveLength(8)
  expect(server.connections.map(({ sni }) => sni).filter((sni) => sni === 'mx2.test')).toHaveLength(1)
  expect([sockets.length, overlapping]).toEqual([8, 0])
})

it('the resolver that a check is given is the only one asked', async () => {
  await using lab = await startLab()
  const resolver = createResolver({ servers: [], timeoutMs: 1, tries: 1, clock: lab.clock })
  const result = await examine(parseTarget('example.test'), { ...lab.context, resolver })
  expect(result).toMatchObject({ verdict: 'temporary', cause: 'dns' })
})
