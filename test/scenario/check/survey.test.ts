import { describe, expect, it } from 'vitest'
import { checkTls } from '../../support/checkWith.ts'
import { authority, mx } from '../../support/lab.ts'
import { openIdentity } from '../../support/tlsServer/index.ts'

const deep = { check: { deep: true, budget: 500 } }
const valid = { verdict: 'valid', cause: 'pkix' }
/** A server of TLS 1.2 with ECDHE and a certificate of RSA alone. */
const plainRsa = { versions: [0x0303], suites: [0xc030, 0xc02f] }

it('case 30: alert 112 as a warning is tolerated, and noted', async () => {
  const { host, findings } = await checkTls({ unrecognizedName: 'warning', versions: [0x0303] })
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({ 'sni-warning': 'info: alert unrecognized_name (112) as a warning' })
})

it('case 30: alert 112 as a refusal is a handshake that failed, named', async () => {
  const { host, findings } = await checkTls({ unrecognizedName: 'fatal', versions: [0x0303] }, { met: false })
  expect(host.verdict).toBe('broken')
  expect(findings['handshake-failed']).toContain('the server sent alert unrecognized_name (112)')
  expect(findings['sni-warning']).toBeUndefined()
})

it('case 31: the certificate without SNI is told where it is another, brief or deep', async () => {
  const other = openIdentity(await authority.issue({ names: ['default.example.test'], keyType: 'rsa' }))
  for (const check of [{}, deep.check]) {
    const { host, findings, connections } = await checkTls({ identitiesWithoutSni: [other] }, { check })
    expect(host).toMatchObject(valid)
    expect(findings).toEqual({
      'sni-certificate': expect.stringMatching(
        /^info: with SNI CN=mx\.example\.test \([0-9a-f]{16}\), without CN=default\.example\.test \([0-9a-f]{16}\)$/,
      ),
    })
    expect(host.survey?.certificates.filter(({ sni }) => !sni)).toMatchObject([{ chain: [{ names: ['default.example.test'] }] }])
    // One hello without a name is enough; SSLv2 has no room for one.
    const unnamed = connections.filter(({ seen }) => seen.hellos[0]?.form !== 'ssl2' && seen.hellos[0]?.servername === undefined)
    expect(unnamed).toHaveLength(1)
  }
})

it('case 31: the same certificate for both is no finding', async () => {
  const { host, findings } = await checkTls()
  expect(host).toMatchObject({ ...valid, connections: { survey: 6, probes: 1 }, stopped: undefined })
  expect(findings).toEqual({})
})

it('case 54: of certificates of two key types the one that is out of date is found', async () => {
  const notAfter = new Date(Date.now() - 86_400_000)
  const ec = openIdentity(await authority.issue({ names: [mx] }))
  const rsa = openIdentity(await authority.issue({ names: [mx], keyType: 'rsa', notAfter }))
  const { host, findings } = await checkTls({ identities: [ec, rsa] }, { keyType: 'ec' })
  expect(host).toMatchObject(valid)
  expect(new Set(host.survey?.certificates.map(({ keyType }) => keyType))).toEqual(new Set(['ec', 'rsa']))
  expect(findings['certificate-other']).toMatch(/^medium: rsa CN=mx\.example\.test \([0-9a-f]{16}\): .*expired/)
})

it('case 54: suites for the other key type alone are not taken for no TLS 1.2 at all', async () => {
  const { host } = await checkTls({ versions: [0x0304, 0x0303], suites: [0x1301, 0x009e], prime: 1024 }, { keyType: 'ec' })
  expect(host.survey?.versions).not.toContainEqual({ version: 'TLSv1.2', accepted: false })
  expect(host.passed).not.toContain('dh-short')
})

describe('case 55: versions', () => {
  it.each([
    [0x0300, 'SSLv3', 'sslv3-offered'],
    [0x0301, 'TLSv1', 'tls-old-offered'],
    [0x0302, 'TLSv1.1', 'tls-old-offered'],
  ] as const)('case 55: %i alone is named, and refusing it is called ours', async (version, name, rule) => {
    const { host, findings } = await checkTls({ versions: [version], suites: [0x002f, 0x0035] }, { met: false })
    expect(host.survey?.versions.filter(({ accepted }) => accepted)).toEqual([{ version: name, accepted: true }])
    expect(findings[rule]).toMatch(new RegExp(`: ${name}$`))
    expect(findings['handshake-failed']).toBeDefined()
    expect(host.verdict).toBe('broken')
    for (const other of ['sslv2-offered', 'sslv3-offered', 'tls-old-offered'].filter((id) => id !== rule))
      expect(host.passed, other).toContain(other)
  })

  it('case 55: SSLv3 is what our own library refuses, and the words say that the server has nothing safe', async () => {
    const { host } = await checkTls({ versions: [0x0300], suites: [0x002f] }, { met: false })
    expect(host).toMatchObject({ cause: 'handshake-version' })
    expect(host.words).toContain('no TLS version that is still safe')
  })

  it('case 55: SSLv2 alone, and SSLv2 beside TLS 1.2, are named', async () => {
    const kinds = [0x010080, 0x0700c0]
    const alone = await checkTls({ versions: [0x0002], kinds }, { met: false })
    expect(alone.findings['sslv2-offered']).toBe('high: SSLv2')
    expect(alone.host.survey?.versions).toContainEqual({ version: 'SSLv2', accepted: true })
    const beside = await checkTls({ versions: [0x0303, 0x0002], kinds })
    expect(beside.host).toMatchObject(valid)
    expect(beside.findings).toEqual({ 'sslv2-offered': 'high: SSLv2' })
    const [finding] = beside.host.findings
    // draft-hickman-netscape-ssl-00 2.6: message 4, no session, a certificate of X.509, version 2.
    expect(finding?.bytes).toMatch(/^[0-9a-f]{4}0400010002/)
  })

  it('case 55: every version from SSLv2 on beside the new ones is found in brief', async () => {
    const suites = [0x1301, 0xc02b, 0xc02f, 0x0035, 0x002f]
    const all = { versions: [0x0304, 0x0303, 0x0302, 0x0301, 0x0300, 0x0002], kinds: [0x010080], suites }
    const { host, findings, notTested } = await checkTls(all)
    expect(findings['tls-old-offered']).toContain('TLSv1.1')
    expect(findings['sslv2-offered']).toBe('high: SSLv2')
    // The best of the old ones was answered; what is below it is another question, which the budget may not reach.
    expect(findings['sslv3-offered'] ?? notTested['sslv3-offered']).toBeDefined()
    expect(host.passed).not.toContain('sslv3-offered')
    const { findings: listed } = await checkTls(all, deep)
    expect(listed).toMatchObject({ 'tls-old-offered': 'low: TLSv1, TLSv1.1', 'sslv3-offered': 'medium: SSLv3' })
  })

  it.each([
    [0x0303, 'TLSv1.2'],
    [0x0304, 'TLSv1.3'],
  ])('case 56: %i alone is no fault', async (version, name) => {
    const { host, findings } = await checkTls({ versions: [version] }, deep)
    expect(findings).toEqual({})
    // It ends no handshake, so that there is no session to come back to.
    expect(host.notTested.filter(({ rule }) => !rule.startsWith('ticket'))).toEqual([])
    expect(host.survey?.versions.filter(({ accepted }) => accepted)).toEqual([{ version: name, accepted: true }])
  })
})

const named: Readonly<Record<number, string>> = {
  0xc030: 'ECDHE-RSA-AES256-GCM-SHA384',
  0xc02f: 'ECDHE-RSA-AES128-GCM-SHA256',
  0xcca8: 'ECDHE-RSA-CHACHA20-POLY1305',
  0x009e: 'DHE-RSA-AES128-GCM-SHA256',
  0x009c: 'AES128-GCM-SHA256',
  0x002f: 'AES128-SHA',
}

describe('order', () => {
  const orders = [
    [0xc030, 0xc02f, 0xcca8, 0x009e],
    [0x009e, 0xcca8, 0xc02f, 0xc030],
    [0x002f, 0xc030, 0x009c, 0xc02f],
    [0xc02f, 0x002f],
  ]
  it.each(orders.map((suites) => [suites]))(
    'case 56: deep lists all suites of a server in its own order (%j)',
    async (suites) => {
      const { host } = await checkTls({ versions: [0x0303], suites, order: 'server' }, deep)
      const list = host.survey?.suites.find(({ version }) => version === 'TLSv1.2')
      expect(list).toMatchObject({ order: 'server', complete: true })
      expect(list?.suites.map(({ openssl }) => openssl)).toEqual(suites.map((id) => named[id]))
    },
  )

  it.each(orders.map((suites) => [suites]))('case 56: and where the client decides, says so (%j)', async (suites) => {
    const { host } = await checkTls({ versions: [0x0303], suites, order: 'client' }, deep)
    const list = host.survey?.suites.find(({ version }) => version === 'TLSv1.2')
    expect(list).toMatchObject({ order: 'client', complete: true })
    expect(new Set(list?.suites.map(({ openssl }) => openssl))).toEqual(new Set(suites.map((id) => named[id])))
  })

  it.each([['server'], ['client']] as const)('case 56: of TLS 1.3 likewise (%s)', async (order) => {
    const suites = [0x1303, 0x1301, 0x1302]
    const { host } = await checkTls({ versions: [0x0304], suites, order, groups: [24, 29, 23] }, deep)
    const list = host.survey?.suites.find(({ version }) => version === 'TLSv1.3')
    expect(list).toMatchObject({ order, complete: true })
    const names = ['TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384']
    const listed = list?.suites.map(({ name }) => name)
    expect(order === 'server' ? listed : listed?.toSorted()).toEqual(order === 'server' ? names : names.toSorted())
    const groups = host.survey?.groups.find(({ version }) => version === 'TLSv1.3')
    expect(groups?.groups.map(({ name }) => name).toSorted()).toEqual(['secp256r1', 'secp384r1', 'x25519'])
    expect(groups?.complete).toBe(true)
  })
})

describe('case 56: what a server cannot bear', () => {
  it.each(['close', 'reset', { alert: 40 }] as const)(
    'case 56: 128 suites or more, met by %j, are retried in parts, and the rest is found all the same',
    async (reaction) => {
      const { host, findings, notTested } = await checkTls({ ...plainRsa, intolerances: [{ to: 'many-suites', reaction }] }, deep)
      const list = host.survey?.suites.find(({ version }) => version === 'TLSv1.2')
      expect(list?.suites.map(({ openssl }) => openssl).toSorted()).toEqual([named[0xc02f], named[0xc030]])
      expect(findings['suites-intolerance']).toBe(
        'low: a hello with more than 127 suites was refused, and the same in parts was taken',
      )
      expect(notTested['suites-intolerance']).toBeUndefined()
    },
  )

  it.each([
    ['version-intolerance', { to: 'tls13', reaction: 'close' }, 'TLS 1.3 besides TLS 1.2'],
    ['extension-intolerance', { to: 'unknown-extension', reaction: { alert: 47 } }, 'an unknown extension'],
    ['size-intolerance', { to: 'size', over: 255, upTo: 511, reaction: 'close' }, '300 octets'],
  ] as const)('case 56: %s (%j)', async (rule, intolerance, what) => {
    const { findings, host } = await checkTls({ ...plainRsa, intolerances: [intolerance] }, deep)
    expect(findings[rule]).toContain(`to a hello with ${what}, the server `)
    expect(host.passed).not.toContain(rule)
  })

  it('case 56: who takes no hello beyond 511 octets is not said to lack what was asked for in longer ones', async () => {
    const intolerances = [{ to: 'size', over: 511, reaction: 'close' }] as const
    for (const check of [{}, deep.check]) {
      const { host, findings, notTested } = await checkTls({ ...plainRsa, intolerances }, { check, met: false })
      expect(Object.keys(findings)).toEqual(['handshake-failed'])
      expect(host.passed).toEqual([])
      for (const rule of ['sslv2-offered', 'sslv3-offered', 'suite-null', 'suite-rc4', 'dh-breakable', 'robot'])
        expect(notTested[rule], rule).toBeDefined()
    }
  })

  it('case 57: ML-KEM, where its share takes more than one segment', async () => {
    const { findings } = await checkTls({ intolerances: [{ to: 'ml-kem', reaction: 'reset' }] }, deep)
    expect(findings['size-intolerance']).toContain('to a hello with a key share of ML-KEM')
  })
})

it.each([
  ['x25519', 29],
  ['secp384r1', 24],
  ['X25519MLKEM768', 0x11ec],
] as const)('case 57: a group that is asked for by HelloRetryRequest is listed (%s)', async (name, group) => {
  const { host, findings } = await checkTls({ versions: [0x0304], groups: [group] }, deep)
  expect(host.survey?.groups).toMatchObject([{ version: 'TLSv1.3', groups: [{ name }], complete: true }])
  expect(findings['retry-loop']).toBeUndefined()
})

it('case 57: a server that asks for another share twice is a loop, named', async () => {
  const { host, findings } = await checkTls({ versions: [0x0304], groups: [24], helloRetry: 'twice' }, { met: false })
  expect(host).toMatchObject({ verdict: 'broken' })
  expect(findings['handshake-failed']).toBeDefined()
  expect(findings['retry-loop']).toBe('medium: 2 HelloRetryRequests in a row')
})

it('case 58: a client certificate that is asked for is noted, and what TLS showed stands', async () => {
  const certificateRequest = { types: [1], schemes: [0x0401], authorities: [Buffer.from('3000', 'hex')] }
  const { host, findings } = await checkTls({ versions: [0x0303], certificateRequest })
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({ 'client-certificate': 'info: CertificateRequest, 1 authorities named' })
  expect(host.survey?.suites.map(({ version }) => version)).toEqual(['TLSv1.2'])
})

it('case 58: one that is demanded breaks the handshake, and what the hello showed stands', async () => {
  const certificateRequest = { types: [1], schemes: [0x0401], authorities: [] }
  const mishaps = [{ at: 'client_key_exchange', kind: 'stop', how: { alert: 40 } }] as const
  const { host, findings } = await checkTls({ ...plainRsa, certificateRequest, mishaps }, { met: false })
  expect(host.verdict).toBe('broken')
  expect(Object.keys(findings).toSorted()).toEqual(['client-certificate', 'handshake-failed'])
  expect(host.survey?.suites).toMatchObject([{ version: 'TLSv1.2' }])
})
