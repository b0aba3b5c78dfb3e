import 'reflect-metadata'
import { AuthorityInfoAccessExtension, Extension, KeyUsageFlags } from '@peculiar/x509'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Party, type PartyOptions, createParty, resignWith } from '../../../test/support/chainParty.ts'
import { printDer, printInteger } from '../../../test/support/der.ts'
import { type OcspOptions, printOcspResponse } from '../../../test/support/ocspResponse.ts'
import { type TlsFacts, Trust, judgeCertificates, readCertificate } from '../../tls/index.ts'
import { type HostObservation, applyRules } from '../finding.ts'
import { certificateCommonName } from './certificate-common-name.ts'
import { certificateExpired } from './certificate-expired.ts'
import { certificateExpiresSoon } from './certificate-expires-soon.ts'
import { certificateIncomplete } from './certificate-incomplete.ts'
import { certificateIntermediate } from './certificate-intermediate.ts'
import { certificateKeyUsage } from './certificate-key-usage.ts'
import { certificateMustStaple } from './certificate-must-staple.ts'
import { certificateName } from './certificate-name.ts'
import { certificateNeedlessRoot } from './certificate-needless-root.ts'
import { certificateNeedless } from './certificate-needless.ts'
import { certificateOrder } from './certificate-order.ts'
import { certificateRevoked } from './certificate-revoked.ts'
import { certificateRoca } from './certificate-roca.ts'
import { certificateStapleInvalid } from './certificate-staple-invalid.ts'
import { certificateStapleStale } from './certificate-staple-stale.ts'
import { certificateUntrusted } from './certificate-untrusted.ts'
import { certificateWeakKey } from './certificate-weak-key.ts'
import { certificateWeakSignature } from './certificate-weak-signature.ts'

const rules = [
  certificateUntrusted,
  certificateExpired,
  certificateName,
  certificateWeakKey,
  certificateWeakSignature,
  certificateIncomplete,
  certificateIntermediate,
  certificateRevoked,
  certificateRoca,
  certificateKeyUsage,
  certificateMustStaple,
  certificateCommonName,
  certificateExpiresSoon,
  certificateOrder,
  certificateStapleStale,
  certificateStapleInvalid,
  certificateNeedlessRoot,
  certificateNeedless,
]

const day = 86_400_000
const mx = 'mx.example.test'
const names = [mx]
const now = Math.floor(Date.now() / 1000) * 1000

let root: Party
let between: Party
let trust: Trust

beforeAll(async () => {
  root = await createParty('CN=Root', { key: 'rsa' })
  between = await createParty('CN=Between', { issuer: root })
  trust = new Trust([root.pem])
})

interface Seen {
  readonly staple?: Buffer | null
  readonly tls?: Partial<TlsFacts>
  readonly now?: number
  readonly judged?: boolean
}

function look(sent: readonly Party[], { staple = null, tls = {}, judged = true, now: at = now }: Seen = {}) {
  const ders = sent.map(({ der }) => der)
  const facts: TlsFacts = {
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    group: 'X25519',
    forwardSecrecy: true,
    resumed: false,
    servername: mx,
    chain: ders.flatMap((der) => readCertificate(der) ?? []),
    shown: [],
    trustError: undefined,
    ...tls,
    ...(judged ? judgeCertificates({ sent: ders, staple }, trust, at) : {}),
  }
  // What these rules look at, of all that an observation holds.
  const hop = { record: { tls: facts }, end: { kind: 'secure' } }
  return applyRules(rules, { endpoint: { host: mx }, now: at, decisive: hop } as unknown as HostObservation)
}

/** Rule to severity and evidence. */
function findingsOf(...seen: Parameters<typeof look>): Record<string, string> {
  return Object.fromEntries(look(...seen).findings.map(({ rule, severity, evidence }) => [rule, `${severity}: ${evidence}`]))
}

async function createLeaf(options: PartyOptions = {}): Promise<Party> {
  return createParty('CN=mx', { issuer: between, names, ...options })
}

it('a good certificate has no finding, and what was not judged has none either', async () => {
  const leaf = await createLeaf()
  expect(look([leaf, between])).toEqual({ findings: [], notTested: [], passed: [] })
  expect(look([leaf, root, between], { judged: false }).findings).toEqual([])
  const rsa = await createLeaf({ key: 'rsa' })
  const staple = printOcspResponse({ leaf: rsa, issuer: between })
  expect(look([rsa, between], { staple })).toEqual({
    findings: [],
    notTested: [],
    passed: ['certificate-revoked', 'certificate-roca'],
  })
})

describe('case 53', () => {
  it('order, a needless root, and what has no part in the chain', async () => {
    const leaf = await createLeaf()
    const stranger = await createParty('CN=Stran\u202eger')
    expect(findingsOf([leaf, root, between, stranger, leaf])).toEqual({
      'certificate-order': 'low: certificate 3 (CN=Between) comes after its issuer',
      'certificate-needless-root': 'info: certificate 2 (CN=Root)',
      'certificate-needless': 'info: certificate 5 (CN=mx) was sent before; certificate 4 (CN=Stran\\u{202e}ger)',
    })
  })

  it('an incomplete chain, whether or not the log knows the authority', async () => {
    const access = new AuthorityInfoAccessExtension({ caIssuers: 'http://ca.test/between.der' })
    const logged = new Extension('1.3.6.1.4.1.11129.2.4.2', false, printDer(0x04, Buffer.from('00050003010203', 'hex')))
    const issued = 'medium: certificate 1 (CN=mx) is issued by CN=Between, which is not sent;'
    const tls = { trustError: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }
    expect(findingsOf([await createLeaf({ extensions: [access] })], { tls })).toEqual({
      'certificate-untrusted': 'medium: issued by CN=Between (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
      'certificate-incomplete': `${issued} it can be had at http://ca.test/between.der, unless the authority is a private one`,
    })
    expect(findingsOf([await createLeaf({ extensions: [logged] })], { tls })).toMatchObject({
      'certificate-incomplete': `${issued} it says not where to get it`,
    })
    expect(findingsOf([await createLeaf()], { tls })).not.toHaveProperty('certificate-incomplete')
  })
})

describe('case 52', () => {
  it('hashes that are broken and keys that are too short, wherever they are', async () => {
    const [sha1, md5] = ['1.2.840.113549.1.1.5', '1.2.840.113549.1.1.4']
    const old = resignWith(await createParty('CN=Old', { issuer: root, key: 'rsa-1024' }), root, sha1, 'sha1')
    const leaf = resignWith(await createParty('CN=mx', { issuer: old, names }), old, md5, 'md5')
    expect(findingsOf([leaf, old])).toEqual({
      'certificate-weak-signature': 'high: certificate 1 (CN=mx): md5; certificate 2 (CN=Old): sha1',
      'certificate-weak-key': 'high: certificate 2 (CN=Old): rsa 1024 bits',
    })
    expect(findingsOf([leaf, old], { judged: false })).toEqual({ 'certificate-weak-signature': 'high: signed with rsa and md5' })
  })

  it('revoked', async () => {
    const leaf = await createLeaf()
    const status = { revokedAt: now - day, reason: 1 }
    const revoked = {
      'certificate-revoked': expect.stringMatching(/^high: revoked \S+Z \(keyCompromise\), says the OCSP answer/),
    }
    expect(findingsOf([leaf, between], { staple: printOcspResponse({ leaf, issuer: between, status }) })).toEqual(revoked)
  })

  it('an authority that may not be one', async () => {
    const unfit = await createParty('CN=Unfit', { issuer: root, authority: false })
    const leaf = await createParty('CN=mx', { issuer: unfit, names })
    expect(findingsOf([leaf, unfit])).toEqual({
      'certificate-intermediate': 'medium: certificate 2 (CN=Unfit) is that of no authority (basic constraints)',
    })
  })
})

describe('OCSP', () => {
  const staleAt = (change: Partial<OcspOptions>) => async () => {
    const leaf = await createLeaf()
    return findingsOf([leaf, between], { staple: printOcspResponse({ leaf, issuer: between, ...change }) })
  }

  it.each([
    ['past its end', staleAt({ thisUpdate: now - 9 * day, nextUpdate: now - day }), /^low: valid until \S+Z$/],
    ['of the future', staleAt({ thisUpdate: now + day }), /^low: valid from \S+Z$/],
    ['old and without an end', staleAt({ thisUpdate: now - 11 * day, nextUpdate: undefined }), /^low: of \S+Z, with no end$/],
  ])('an answer %s is stale', async (_, make, evidence) => {
    expect(await make()).toEqual({ 'certificate-staple-stale': expect.stringMatching(evidence) })
  })

  it('an old answer does not prove that nothing was revoked', async () => {
    const leaf = await createLeaf()
    const { passed } = look([leaf, between], { staple: printOcspResponse({ leaf, issuer: between, thisUpdate: now - 9 * day }) })
    expect(passed).not.toContain('certificate-revoked')
  })

  it('an answer without an end is good for ten days', async () => {
    expect(await staleAt({ thisUpdate: now - 9 * day, nextUpdate: undefined })()).toEqual({})
  })

  it.each([
    ['no OCSP', async () => Buffer.from('garbage'), 'it is no OCSP response'],
    ['no answer', async () => Buffer.from('30030a0103', 'hex'), 'the responder gave none: try-later'],
    [
      'other',
      async (leaf: Party) => printOcspResponse({ leaf, issuer: between, serial: 1n }),
      'it speaks of another certificate',
    ],
    [
      'its own',
      async (leaf: Party) => printOcspResponse({ leaf, issuer: between, signer: leaf }),
      'nobody entitled to has signed it',
    ],
    [
      'forged',
      async (leaf: Party) => printOcspResponse({ leaf, issuer: between, signer: root, responder: between }),
      'its signature is wrong',
    ],
    [
      'unknown',
      async (leaf: Party) => printOcspResponse({ leaf, issuer: between, status: 'unknown' }),
      'the responder does not know the certificate',
    ],
  ])('an answer that says nothing: %s', async (_, make, evidence) => {
    const leaf = await createLeaf()
    expect(findingsOf([leaf, between], { staple: await make(leaf) })).toEqual({
      'certificate-staple-invalid': `low: ${evidence}`,
    })
  })

  it('must-staple and no answer; where none was asked for nothing is said', async () => {
    const extensions = [new Extension('1.3.6.1.5.5.7.1.24', false, printDer(0x30, printInteger(5n)))]
    const leaf = await createLeaf({ extensions })
    const demanded = { 'certificate-must-staple': 'medium: must-staple, and no OCSP answer in the handshake' }
    expect(findingsOf([leaf, between], { staple: Buffer.alloc(0) })).toEqual(demanded)
    expect(findingsOf([leaf, between], { staple: null })).toEqual({})
    expect(findingsOf([leaf, between], { staple: printOcspResponse({ leaf, issuer: between }) })).toEqual({})
    const old = printOcspResponse({ leaf, issuer: between, thisUpdate: now - 9 * day })
    expect(findingsOf([leaf, between], { staple: old })).toEqual({
      'certificate-must-staple': 'medium: must-staple, and the OCSP answer in the handshake does not do',
      'certificate-staple-stale': expect.stringMatching(/^low: valid until/),
    })
    const plain = await createLeaf()
    expect(findingsOf([plain, between], { staple: Buffer.alloc(0) })).toEqual({})
  })
})

describe('case 50', () => {
  it('the host stands in the common name only', async () => {
    const leaf = await createParty(`CN=${mx}`, { issuer: between, authority: false, purposes: ['1.3.6.1.5.5.7.3.1'] })
    expect(findingsOf([leaf, between])).toEqual({
      'certificate-name': `medium: the host is ${mx}, the certificate names no host`,
      'certificate-common-name': `low: CN=${mx}, no subjectAltName`,
    })
  })

  it.each([
    ['m*.example.test', 'a star is the whole first label or means nothing'],
    ['*.test', 'a star has two labels or more behind it or means nothing'],
    ['mx.*.test', 'a star stands in the first label or means nothing'],
    ['192.0.2.1', 'an address is no DNS name'],
  ])('says why %s stands for no host', async (name, why) => {
    expect(findingsOf([await createLeaf({ names: [name] }), between])).toEqual({
      'certificate-name': `medium: the host is ${mx}, the certificate names ${name} (${name}: ${why})`,
    })
  })

  it('cuts the names of a certificate that has very many', async () => {
    const many = Array.from({ length: 2_000 }, (_, index) => `h${index}.example.test`)
    expect(findingsOf([await createLeaf({ names: many }), between])['certificate-name']?.length).toBeLessThan(700)
  })
})

describe('case 51', () => {
  it.each([
    ['60 days before', 90, 60, false],
    ['13 days before', 90, 13, true],
    ['of six days, 3 before', 6, 3, false],
    ['of six days, 1 before', 6, 1, true],
    ['a day after', 90, -1, false],
  ])('expires soon: %s', async (_, life, left, soon) => {
    const notAfter = now + left * day
    const leaf = await createLeaf({ notBefore: notAfter - life * day, notAfter })
    const { 'certificate-expires-soon': evidence } = findingsOf([leaf, between])
    expect(evidence).toBe(soon ? `low: valid until ${new Date(notAfter).toISOString()}` : undefined)
  })

  it('an intermediate out of date is told as what it is', async () => {
    const old = await createParty('CN=Old', { issuer: root, notBefore: now - 9 * day, notAfter: now - day })
    const leaf = await createParty('CN=mx', { issuer: old, names })
    const until = new Date(now - day).toISOString()
    expect(findingsOf([leaf, old], { tls: { trustError: 'CERT_HAS_EXPIRED' } })).toEqual({
      'certificate-expired': `medium: certificate 2 (CN=Old): valid until ${until}`,
      'certificate-intermediate': `medium: certificate 2 (CN=Old) was valid until ${until}`,
    })
  })
})

describe('key usage', () => {
  const cases: readonly [string, PartyOptions, Partial<TlsFacts>, string | undefined][] = [
    ['clients only', { purposes: ['1.3.6.1.5.5.7.3.2'] }, {}, 'extended key usage without serverAuth: 1.3.6.1.5.5.7.3.2'],
    ['any purpose', { purposes: ['2.5.29.37.0'] }, {}, undefined],
    ['no word of it', { purposes: null, uses: null }, {}, undefined],
    ['encryption', { uses: KeyUsageFlags.keyEncipherment }, {}, 'key usage without digitalSignature: keyEncipherment'],
    ['encryption, used so', { uses: KeyUsageFlags.keyEncipherment }, { forwardSecrecy: false }, undefined],
    ['signing, used to decrypt', {}, { forwardSecrecy: false }, 'key usage without keyEncipherment: digitalSignature'],
    ['an authority', { authority: true }, {}, 'key usage without digitalSignature: keyCertSign'],
    [
      'an authority that signs',
      { authority: true, uses: KeyUsageFlags.digitalSignature },
      {},
      'it is the certificate of an authority (basic constraints CA)',
    ],
  ]

  it.each(cases)('%s', async (_, options, tls, evidence) => {
    const { 'certificate-key-usage': found } = findingsOf([await createLeaf(options), between], { tls })
    expect(found).toBe(evidence && `medium: ${evidence}`)
  })
})

it('CVE-2017-15361: a key that can be computed', async () => {
  const leaf = await createLeaf({ key: 'rsa' })
  const [facts] = [leaf.der].flatMap((der) => readCertificate(der) ?? [])
  if (!facts) throw new Error('not read')
  // That the mark is found in a certificate is shown with the reader.
  expect(findingsOf([leaf, between], { tls: { chain: [{ ...facts, roca: true }] } })).toEqual({
    'certificate-roca': `high: rsa 2048 bits, SHA-256 of the key ${facts.spkiSha256.slice(0, 16)}`,
  })
})
