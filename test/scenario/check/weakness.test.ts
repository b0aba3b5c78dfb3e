import { describe, expect, it } from 'vitest'
import { checkTls } from '../../support/checkWith.ts'
import { type Mishap, makeOracle } from '../../support/tlsServer/index.ts'

const deep = { check: { deep: true, budget: 500 } }
/** ServerHello in a record of TLS 1.2: what most evidence begins with. */
const serverHello = /^160303[0-9a-f]{4}02/

/** The server of `tlsServer` ends no handshake, so that there is no session to come back to. */
function needsNoSession(rule: string): boolean {
  return !rule.startsWith('ticket')
}

function bytesOf(
  host: { readonly findings: readonly { readonly rule: string; readonly bytes?: string }[] },
  rule: string,
): string {
  return host.findings.find((finding) => finding.rule === rule)?.bytes ?? ''
}

describe('case 55: suites that nobody should use', () => {
  const weak = [
    ['suite-null', 0x0002, 'high: TLSv1.2 TLS_RSA_WITH_NULL_SHA'],
    ['suite-export', 0x0003, 'high: TLSv1.2 TLS_RSA_EXPORT_WITH_RC4_40_MD5'],
    ['suite-export', 0x0014, 'high: TLSv1.2 TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA'],
    ['suite-rc4', 0x0005, 'medium: TLSv1.2 TLS_RSA_WITH_RC4_128_SHA'],
    ['suite-des', 0x0009, 'medium: TLSv1.2 TLS_RSA_WITH_DES_CBC_SHA'],
    ['suite-3des', 0x000a, 'low: TLSv1.2 TLS_RSA_WITH_3DES_EDE_CBC_SHA'],
    ['suite-anonymous', 0x0034, 'low: TLSv1.2 TLS_DH_anon_WITH_AES_128_CBC_SHA'],
  ] as const

  it.each(weak)('case 55: %s, the last of the list, is found in brief (%i)', async (rule, suite, told) => {
    const { host, findings } = await checkTls({ versions: [0x0303], suites: [0xc02f, suite] })
    expect(findings[rule]).toBe(told)
    expect(bytesOf(host, rule)).toMatch(serverHello)
    // The suite that the server chose stands in its own octets.
    expect(bytesOf(host, rule)).toContain(suite.toString(16).padStart(4, '0'))
    expect(host.verdict).toBe('valid')
    // What was asked for together with it, and not chosen, is not there.
    for (const [other] of weak.filter(([id]) => id !== rule && id !== 'suite-export')) expect(findings[other]).toBeUndefined()
  })

  it('case 55: of many the brief examination finds some and calls none absent; the deep one finds all', async () => {
    const suites = [0xc02f, ...weak.map(([, id]) => id)]
    const rules = [...new Set(weak.map(([rule]) => rule))]
    const brief = await checkTls({ versions: [0x0303], suites })
    const found = rules.filter((rule) => brief.findings[rule] !== undefined)
    expect(found.length).toBeGreaterThanOrEqual(2)
    for (const rule of rules.filter((rule) => !found.includes(rule))) expect(brief.notTested[rule], rule).toBeDefined()
    expect(brief.host.passed.filter((rule) => rules.some((id) => id === rule))).toEqual([])
    const listed = await checkTls({ versions: [0x0303], suites }, deep)
    expect(rules.filter((rule) => listed.findings[rule] === undefined)).toEqual([])
    const list = listed.host.survey?.suites.find(({ version }) => version === 'TLSv1.2')
    const broken = list?.suites.filter(({ strength }) => strength === 'broken').map(({ id }) => id)
    expect(broken?.toSorted()).toEqual(['0x0002', '0x0003', '0x0009', '0x0014'])
  })

  it('case 55: a server without any of them passes, and it is said', async () => {
    const { host, findings, notTested } = await checkTls({}, deep)
    expect(findings).toEqual({})
    expect(Object.keys(notTested).filter(needsNoSession)).toEqual([])
    for (const [rule] of weak) expect(host.passed).toContain(rule)
  })
})

describe('case 55: Diffie-Hellman', () => {
  it.each([
    [512, 'dh-breakable', 'high: 512 bits in TLSv1.2, the prime of OpenSSL, 512 bits'],
    [768, 'dh-breakable', 'high: 768 bits in TLSv1.2, the prime of RFC 2409 group 1'],
    [1024, 'dh-short', 'medium: 1024 bits in TLSv1.2, the prime of RFC 2409 group 2'],
  ] as const)(
    'case 55: a common prime of %i bits is found by deep, and never called absent in brief',
    async (prime, rule, told) => {
      const behaviour = { versions: [0x0303], suites: [0xc02f, 0x009e], prime }
      const { host, findings } = await checkTls(behaviour, deep)
      expect(findings[rule]).toBe(told)
      expect(bytesOf(host, rule)).toMatch(serverHello)
      const brief = await checkTls(behaviour)
      expect(brief.findings[rule]).toBeUndefined()
      expect(brief.notTested[rule]).toBe('all suites are asked for by --deep alone')
    },
  )

  it('case 55: 2048 bits are good', async () => {
    const { host, findings } = await checkTls({ versions: [0x0303], suites: [0xc02f, 0x009e], prime: 2048 }, deep)
    expect(findings).toEqual({})
    expect(host.passed).toEqual(expect.arrayContaining(['dh-breakable', 'dh-short']))
    expect(host.survey?.dh).toMatchObject([{ bits: 2048 }])
  })

  it('case 55: export suites show their 512 bits in brief', async () => {
    const { findings } = await checkTls({ versions: [0x0301], suites: [0x0033, 0x0014] }, { met: false })
    expect(findings['dh-breakable'] ?? findings['suite-export']).toMatch(/^high: /)
  })
})

describe('case 59: what is missing from the ServerHello', () => {
  const without = (name: string) => ({
    versions: [0x0303],
    suites: [0xc028, 0xc027],
    extensions: (['server_name', 'encrypt_then_mac', 'extended_master_secret', 'renegotiation_info'] as const).filter(
      (extension) => extension !== name,
    ),
  })
  it.each([
    ['extended_master_secret', 'extended-master-secret-missing', 'low'],
    ['renegotiation_info', 'renegotiation-insecure', 'medium'],
    ['encrypt_then_mac', 'encrypt-then-mac-missing', 'info'],
  ])('case 59: %s', async (name, rule, severity) => {
    const { host, findings } = await checkTls(without(name))
    expect(findings[rule]).toBe(`${severity}: offered, and not in the ServerHello`)
    expect(bytesOf(host, rule)).toMatch(serverHello)
    const { host: good } = await checkTls(without(''))
    expect(good.passed).toContain(rule)
  })

  it('case 59: compression that is chosen', async () => {
    const { host, findings } = await checkTls({ versions: [0x0303], compression: [1] })
    expect(findings).toEqual({ compression: 'medium: in the ServerHello' })
    expect(bytesOf(host, 'compression')).toMatch(serverHello)
  })
})

/** One weakness that only trying shows: the server that has it, and how the trying dies. */
const tried = {
  heartbleed: [{ heartbeat: 'bleeding' }, { heartbeat: 'sound' }, 'heartbeat'],
  'early-ccs': [{ earlyCcs: true }, {}, 'change_cipher_spec'],
  robot: [{ suites: [0x002f], robot: makeOracle({ alert: 51 }) }, { suites: [0x002f] }, 'client_key_exchange'],
} as const
const weaknesses = Object.entries(tried)

describe('case 59: what only trying shows', () => {
  it.each(weaknesses)('case 59: %s is found, with octets that prove it', async (rule, [weak]) => {
    const { host, findings, notTested } = await checkTls({ versions: [0x0303], ...weak }, deep)
    expect(findings[rule]).toMatch(/^high: /)
    expect(bytesOf(host, rule)).toMatch(/^(?:[0-9a-f]{2})+$/)
    expect(Object.keys(notTested).filter(needsNoSession)).toEqual([])
    expect(host.passed).not.toContain(rule)
    expect(host.grade).toBe('D')
  })

  it.each(weaknesses)('case 59: a server without %s passes', async (rule, [, sound]) => {
    const { host, findings } = await checkTls({ versions: [0x0303], ...sound }, deep)
    expect(findings[rule]).toBeUndefined()
    expect(host.passed).toContain(rule)
  })

  it.each(weaknesses)('case 59: %s is not tested in brief, and never called absent', async (rule, [weak]) => {
    const { host, findings, notTested } = await checkTls({ versions: [0x0303], ...weak })
    expect(findings[rule]).toBeUndefined()
    expect(notTested[rule]).toBe('tried by --deep alone')
    expect(host.passed).not.toContain(rule)
  })

  it.each(weaknesses)('case 59: %s: silence in the middle is not tested, with the reason', async (rule, [, sound, at]) => {
    const mishaps: readonly Mishap[] = [{ at, kind: 'stop', how: 'silence' }]
    const { host, findings, notTested } = await checkTls({ versions: [0x0303], ...sound, mishaps }, deep)
    expect(findings[rule]).toBeUndefined()
    expect(notTested[rule]).toContain('did not answer within 15 s')
    expect(host.passed).not.toContain(rule)
  })

  it.each(weaknesses)('case 59: %s: no connection any more is not tested', async (rule, [weak]) => {
    const survey = await checkTls({ versions: [0x0303], ...weak }, deep)
    const { host, notTested } = await checkTls(
      { versions: [0x0303], ...weak },
      { check: { deep: true, budget: survey.host.connections.survey + 1 } },
    )
    expect(host.stopped).toMatch(/^the budget of \d+ connections is used up$/)
    expect(notTested[rule]).toBeDefined()
    expect(host.passed).not.toContain(rule)
  })

  it('case 59: a heartbeat that bleeds proves itself with its header, and none of the memory it gave away', async () => {
    const { host, findings } = await checkTls({ versions: [0x0303], heartbeat: 'bleeding' }, deep)
    expect(findings.heartbleed).toBe('high: to a heartbeat with 16 octets of payload the server gave 48, from its memory')
    expect(bytesOf(host, 'heartbleed')).toMatch(/^02[0-9a-f]{30}$/)
  })

  it('case 59: a server that goes on after TLS_FALLBACK_SCSV', async () => {
    const suites = [0xc02f, 0x002f]
    const behaviour = { versions: [0x0303, 0x0302], suites }
    const { host, findings } = await checkTls({ ...behaviour, fallback: 'ignored' }, deep)
    expect(findings['fallback-scsv-ignored']).toMatch(/^low: the server went on with an older version/)
    expect(bytesOf(host, 'fallback-scsv-ignored')).toMatch(/^160302/)
    const { host: good } = await checkTls(behaviour, deep)
    expect(good.passed).toContain('fallback-scsv-ignored')
  })
})

it.each(['close', 'reset'] as const)(
  'case 59: a connection that dies within the first record (%s) refuses nothing: what it asked is not tested',
  async (how) => {
    // A handshake record of 256 octets that never come.
    const begun: Mishap = { at: 'server_hello', kind: 'send', octets: Buffer.from('1603030100', 'hex') }
    const { host, findings, notTested } = await checkTls({
      versions: [0x0303],
      suites: [0xc02f, 0x0005],
      mishaps: [begun, { at: 'server_hello', kind: 'stop', how }],
    })
    expect(findings).toEqual({})
    for (const rule of ['suite-rc4', 'suite-null', 'suite-export', 'dh-breakable']) {
      expect(host.passed, rule).not.toContain(rule)
      expect(notTested[rule], rule).toBeDefined()
    }
    expect(host.survey?.versions).not.toContainEqual({ version: 'TLSv1.2', accepted: false })
  },
)

it('case 59: a session that could not be opened is no want of tickets', async () => {
  const { host, notTested } = await checkTls({ versions: [0x0303] }, deep)
  for (const rule of ['ticketbleed', 'ticket-name']) {
    expect(host.passed, rule).not.toContain(rule)
    expect(notTested[rule], rule).toBeDefined()
  }
})

it('case 59: a survey is as deep where our own handshake cannot come about', async () => {
  const { host, findings } = await checkTls({ versions: [0x0300], suites: [0x0033, 0x002f], prime: 512 }, { met: false, ...deep })
  expect(host.verdict).toBe('broken')
  expect(findings).toMatchObject({
    'sslv3-offered': 'medium: SSLv3',
    'dh-breakable': 'high: 512 bits in SSLv3, the prime of OpenSSL, 512 bits',
  })
  expect(host.survey?.suites).toMatchObject([{ version: 'SSLv3', complete: true, suites: [{ id: '0x0033' }, { id: '0x002f' }] }])
})
