import fc from 'fast-check'
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { mockResolver } from '../dns/index.ts'
import {
  compareKey,
  describeComparison,
  lookupKey,
  makeSigningKey,
  nameKeyRecord,
  parseKeyRecord,
  parseSelector,
  parseSigningDomain,
  printKeyRecord,
  readSigningKey,
} from './index.ts'

const rsaKey = await makeSigningKey('rsa')
const edKey = await makeSigningKey('ed25519')
const where = { domain: 'example.org', selector: 's1' }
const rsa = printKeyRecord({ ...where, key: rsaKey })
const ed = printKeyRecord({ ...where, key: edKey })
const p = ed.text.slice(ed.text.indexOf('p='))
const name = 's1._domainkey.example.org'

const small = generateKeyPairSync('rsa', { modulusLength: 512 })
const pkcs1 = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export({ format: 'der', type: 'pkcs1' })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' })
const cut = rsa.text.slice(0, -7)

describe('a record', () => {
  it.each([
    [rsa.text, { type: 'rsa', bits: 2_048, testing: false, strict: false, hashes: 'usable', service: 'email' }],
    [ed.text, { type: 'ed25519', bits: 256 }],
    [ed.text.replace('v=DKIM1; ', ''), { type: 'ed25519' }],
    [`v=DKIM1;k=ed25519;t=y:s;${p};`, { testing: true, strict: true }],
    [`v=DKIM1; k=ed25519; t= y : x ; n=a note; x=unknown; ${p}`, { testing: true, strict: false }],
    [`v=DKIM1; k=ed25519; h=sha1; ${p}`, { hashes: 'unusable' }],
    [`v=DKIM1; k=ed25519; h=sha1:sha256; s=tlsrpt:email; ${p}`, { hashes: 'usable', service: 'email' }],
    [`v=DKIM1; k=ed25519; s=tlsrpt; ${p}`, { service: 'other' }],
    [`v=DKIM1 ; k = ed25519 ; p = ${p.slice(2, 10)} ${p.slice(10)}`, { type: 'ed25519' }],
    // RFC 6376 3.6.1: without k= it is RSA; the older form of such keys.
    [`p=${pkcs1.toString('base64')}`, { type: 'rsa', bits: 2_048 }],
  ])('of a key (%#)', (text, facts) => {
    expect(parseKeyRecord(text)).toMatchObject({ kind: 'key', ...facts })
  })

  it.each([
    ['v=spf1 -all', 'version'],
    ['v=dkim1; p=', 'version'],
    [`${p}; k=ed25519; v=DKIM1`, 'version'],
    [`v=DKIM1\\; k=ed25519\\; ${p}`, 'escaped'],
    [`"v=DKIM1; k=ed25519; ${p}"`, 'quoted'],
    ['v=DKIM1; k=rsa', 'no-key'],
    ['', 'no-key'],
    ['some words', 'bad-tag'],
    [`v=DKIM1;; ${p}`, 'bad-tag'],
    [`v=DKIM1; k=ed25519; ${p}; n=é`, 'bad-tag'],
    [`v=DKIM1; k=ed25519; ${p}; ${p}`, 'twice'],
    [cut, 'base64'],
    [`${ed.text}!`, 'base64'],
    [ed.text.replace('p=', 'p=A'), 'base64'],
    ['v=DKIM1; k=ed25519; p=AAAA', 'not-a-key'],
    [rsa.text.replace('k=rsa', 'k=ed25519'), 'not-a-key'],
    [ed.text.replace('k=ed25519', 'k=rsa'), 'not-a-key'],
    [`p=${ec.toString('base64')}`, 'not-a-key'],
    [`p=${Buffer.concat([pkcs1, Buffer.of(0)]).toString('base64')}`, 'not-a-key'],
    [`v=DKIM1; p=${'A'.repeat(4_000)}`, 'too-long'],
  ])('is none (%#)', (text, why) => {
    expect(parseKeyRecord(text)).toMatchObject({ kind: 'malformed', why })
  })

  it('that is withdrawn, or of a kind that is not known, is said to be so', () => {
    expect(parseKeyRecord('v=DKIM1; p=')).toEqual({ kind: 'revoked' })
    expect(parseKeyRecord(`v=DKIM1; k=ml-dsa; ${p}`)).toEqual({ kind: 'unsupported', type: 'ml-dsa' })
  })

  it('of any text never throws, and what it says is bounded', () => {
    const piece = fc.constantFrom(
      'v=DKIM1',
      ';',
      'k=rsa',
      'k=ed25519',
      p,
      'p=',
      't=y',
      '\r\n',
      ' ',
      '=',
      'x',
      '\u0000',
      '\\',
      'é',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(text, (text) => {
        const words = describeComparison(compareKey(parseKeyRecord(text), edKey))
        expect(words.length).toBeLessThan(1_000)
        expect(words).not.toMatch(/[\u0000-\u001f]/)
      }),
      { numRuns: 3_000 },
    )
  })

  it('is read in no time however its spaces are laid', () => {
    // Would take for ever if spaces could be matched in two ways.
    expect(parseKeyRecord(`v=DKIM1; n=${'a \t'.repeat(1_200)}\u0000; ${p}`)).toMatchObject({ kind: 'malformed', why: 'bad-tag' })
  })
})

describe('what is published beside the key', () => {
  const published = async (...TXT: readonly string[]) =>
    compareKey(await lookupKey('example.org', 's1', mockResolver({ [name]: { TXT } })), edKey)

  it('is the key, with what is worth knowing', async () => {
    expect(await published(ed.text)).toEqual({ kind: 'matches', own: { type: 'ed25519', bits: 256 }, notes: [] })
    expect(await published(`t=y:s; k=ed25519; ${p}`)).toMatchObject({ kind: 'matches', notes: ['testing', 'strict'] })
    expect(compareKey(parseKeyRecord(rsa.text), rsaKey)).toMatchObject({ kind: 'matches', own: { type: 'rsa', bits: 2_048 } })
  })

  it('is another key, or one that verifiers must not take', async () => {
    expect(await published(rsa.text)).toMatchObject({ kind: 'differs', published: { type: 'rsa', bits: 2_048 }, weak: false })
    const weak = `p=${small.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`
    expect(await published(weak)).toMatchObject({ kind: 'differs', published: { bits: 512 }, weak: true })
    expect(await published(`h=sha1; k=ed25519; ${p}`)).toMatchObject({ kind: 'barred', by: 'hashes' })
    expect(await published(`s=x; k=ed25519; ${p}`)).toMatchObject({ kind: 'barred', by: 'service' })
  })

  it('is nothing, several, withdrawn, or not known for now', async () => {
    const at = async (zone: Parameters<typeof mockResolver>[0]) => (await lookupKey('example.org', 's1', mockResolver(zone))).kind
    expect(await at({})).toBe('absent')
    expect(await at({ [name]: { A: ['192.0.2.1'] } })).toBe('absent')
    expect(await at({ [name]: 'servfail' })).toBe('temporary')
    expect(await at({ [name]: { TXT: ['v=DKIM1; p='] } })).toBe('revoked')
    expect(await at({ [name]: { TXT: [rsa.text.slice(0, 255), rsa.text.slice(255)] } })).toBe('several')
    expect(await at({ [name]: { CNAME: 'k.provider.test' }, 'k.provider.test': { TXT: [rsa.text] } })).toBe('key')
  })
})

describe('what is printed to be published', () => {
  it('has strings that DNS can hold, and reads as the key', () => {
    expect(rsa.name).toBe(name)
    expect(rsa.strings.join('')).toBe(rsa.text)
    expect(rsa.strings.map(({ length }) => length)).toEqual([255, rsa.text.length - 255])
    expect(rsa.zoneLine).toBe(`${name}. 3600 IN TXT ( "${rsa.strings[0]}" "${rsa.strings[1]}" )`)
    expect(ed.zoneLine).toBe(`${name}. 3600 IN TXT "${ed.text}"`)
  })
})

describe('a key file', () => {
  it('is read from PKCS#8 and PKCS#1, and an error quotes none of it', () => {
    for (const type of ['pkcs8', 'pkcs1'] as const)
      expect(readSigningKey(String(rsaKey.export({ type, format: 'pem' })), 'key.pem').equals(rsaKey)).toBe(true)
    const secret = String(edKey.export({ type: 'pkcs8', format: 'pem' }))
    const broken = secret.replace('BEGIN PRIVATE', 'BEGIN A PRIVATE')
    const locked = edKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
    for (const pem of [broken, locked, '', String(weak), `${secret}${'x'.repeat(20_000)}`]) {
      expect(() => readSigningKey(String(pem), 'key.pem')).toThrow(
        expect.objectContaining({ code: 'SP_KEY_INVALID', cause: undefined }),
      )
    }
  })
})

describe('names', () => {
  it.each([
    ['Example.ORG.', 'example.org'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['org', undefined],
    ['a_b.example.org', undefined],
    ['example.org;l=0', undefined],
    ['example.org\r\n', undefined],
    ['192.0.2.1', undefined],
    ['', undefined],
  ])('the domain %j is %j', (text, domain) => {
    expect(parseSigningDomain(text)).toBe(domain)
  })

  it.each([
    ['S2026a', 's2026a'],
    ['20230601', '20230601'],
    ['a.b', 'a.b'],
    ['a_b', undefined],
    ['-a', undefined],
    ['a.', undefined],
    ['a;b', undefined],
    ['a\nb', undefined],
    ['', undefined],
    ['x'.repeat(64), undefined],
  ])('the selector %j is %j', (text, selector) => {
    expect(parseSelector(text)).toBe(selector)
  })

  it('make one name', () => {
    expect(nameKeyRecord('example.org', 's1')).toBe(name)
  })
})
