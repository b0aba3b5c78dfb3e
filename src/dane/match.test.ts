import 'reflect-metadata'
import { createHash } from 'node:crypto'
import { Extension } from '@peculiar/x509'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Party, createParty, resignWith } from '../../test/support/chainParty.ts'
import { readFields } from '../tls/index.ts'
import { type DaneMatch, type UsableTlsa, describeMatch, matchDane } from './index.ts'

const day = 86_400_000
const now = Date.now()
const base = 'mx.example.test'
const names = [base, 'example.test']

let root: Party
let issuer: Party
let leaf: Party
let stranger: Party

beforeAll(async () => {
  root = await createParty('CN=Root')
  issuer = await createParty('CN=Issuer', { issuer: root })
  leaf = await createParty('CN=mx', { issuer, names: [base] })
  stranger = await createParty('CN=mx', { names: [base] })
})

/** The record of a party, by the three numbers of its kind. */
function record(kind: string, { der }: Party): UsableTlsa {
  const [usage = 0, selector = 0, matchingType = 0] = kind.split(' ').map(Number)
  const octets = selector === 0 ? der : (readFields(der)?.keyInfo ?? Buffer.alloc(0))
  const data =
    matchingType === 0
      ? octets
      : createHash(matchingType === 1 ? 'sha256' : 'sha512')
          .update(octets)
          .digest()
  // The kinds are written in these tests.
  return { usage, selector, matchingType, data } as UsableTlsa
}

function match(records: readonly UsableTlsa[], sent: readonly Party[], options: { names?: string[]; now?: number } = {}) {
  return matchDane(
    { records },
    sent.map(({ der }) => der),
    { names, now, ...options },
  )
}

/** What went wrong, shortly. */
function problem(result: DaneMatch): string {
  if (result.kind === 'matched') return 'matched'
  return result.problem.kind === 'bad-path' ? result.problem.why : result.problem.kind
}

const kinds = (usage: number) => ['0 0', '0 1', '0 2', '1 0', '1 1', '1 2'].map((rest) => `${usage} ${rest}`)

describe('case 70: DANE-EE', () => {
  it.each(kinds(3))('%s matches the certificate of the server, and no other', (kind) => {
    const one = record(kind, leaf)
    // PKIX finds no authority of ours here.
    expect(match([one], [leaf])).toEqual({ kind: 'matched', record: one, index: 0, name: undefined, spare: [] })
    expect(problem(match([one], [stranger]))).toBe('other-certificate')
    // One further up is not the server's.
    expect(problem(match([record(kind, issuer)], [leaf, issuer, root]))).toBe('other-certificate')
  })

  it('a new certificate for the same key matches 3 1 1, and not 3 0 1', async () => {
    const renewed = await createParty('CN=mx', { issuer, names: [base], key: leaf })
    expect(match([record('3 1 1', leaf)], [renewed]).kind).toBe('matched')
    expect(problem(match([record('3 0 1', leaf)], [renewed]))).toBe('other-certificate')
  })

  it('cases 50 and 51: name and dates are irrelevant', async () => {
    const expired = await createParty('CN=elsewhere', { names: ['a.test'], notBefore: now - 9 * day, notAfter: now - day })
    const early = await createParty('CN=elsewhere', { names: ['a.test'], notBefore: now + day })
    const nameless = await createParty('CN=nobody')
    for (const party of [expired, early, nameless]) expect(match([record('3 1 1', party)], [party]).kind).toBe('matched')
  })

  it('no certificate matches nothing', () => {
    expect(problem(match([record('3 1 1', leaf)], []))).toBe('no-certificate')
    expect(problem(match([], [leaf]))).toBe('no-certificate')
  })
})

describe('case 70: DANE-TA', () => {
  it.each(kinds(2))('%s matches an authority that is sent, on any step of the way', (kind) => {
    const name = { host: base, by: 'dns' }
    expect(match([record(kind, root)], [leaf, issuer, root])).toMatchObject({ kind: 'matched', index: 2, name })
    // Where the authority is not the last, what is above it is not asked for.
    expect(match([record(kind, issuer)], [leaf, issuer])).toMatchObject({ kind: 'matched', index: 1, name })
    expect(match([record(kind, issuer)], [leaf, root, issuer])).toMatchObject({ kind: 'matched', index: 2, name })
  })

  it.each(['2 0 1', '2 1 1', '2 0 2', '2 1 2'])('%s fails where the chain lacks the authority', (kind) => {
    const result = match([record(kind, root)], [leaf, issuer])
    expect(result).toMatchObject({ kind: 'failed', problem: { kind: 'anchor-missing' } })
    expect(describeMatch(result)).toBe('the authority of the TLSA record is not among the certificates sent')
  })

  it('an authority that stands in DNS in full need not be sent', () => {
    expect(match([record('2 0 0', root)], [leaf, issuer])).toMatchObject({ kind: 'matched', index: undefined })
    expect(match([record('2 1 0', root)], [leaf, issuer])).toMatchObject({ kind: 'matched', index: undefined })
    expect(match([record('2 1 0', issuer)], [leaf])).toMatchObject({ kind: 'matched', index: undefined })
    expect(problem(match([record('2 0 0', root)], [leaf]))).toBe('anchor-apart')
    expect(problem(match([record('2 1 0', root)], [leaf]))).toBe('anchor-apart')
  })

  it('the authority has to have certified the certificate, not only to be there', () => {
    expect(problem(match([record('2 0 1', root)], [stranger, issuer, root]))).toBe('anchor-apart')
    expect(problem(match([record('2 1 1', issuer)], [stranger, issuer]))).toBe('anchor-apart')
    expect(problem(match([record('2 0 0', root)], [stranger]))).toBe('anchor-apart')
  })

  it('a namesake of the authority is not the authority', async () => {
    const namesake = await createParty('CN=Issuer', { issuer: root })
    const forged = await createParty('CN=mx', { issuer: namesake, names: [base] })
    expect(problem(match([record('2 1 1', issuer)], [forged, issuer]))).toBe('anchor-apart')
    expect(problem(match([record('2 0 0', issuer)], [forged, namesake]))).toBe('anchor-apart')
    expect(match([record('2 1 1', root)], [forged, issuer, namesake, root]).kind).toBe('matched')
  })

  it('the certificate of the server itself is no authority', () => {
    expect(problem(match([record('2 1 1', leaf)], [leaf, issuer, root]))).toBe('anchor-is-leaf')
    expect(problem(match([record('2 0 1', stranger)], [stranger]))).toBe('anchor-is-leaf')
  })
})

describe('case 50: names with DANE-TA', () => {
  const issue = (party: string, sent: readonly string[]) => createParty(party, { issuer: root, names: sent, authority: false })
  const judge = (party: Party, wanted = names) => match([record('2 0 1', root)], [party, root], { names: wanted })

  it.each([
    ['the base domain', ['mx.example.test']],
    ['the next-hop domain', ['other.test', 'example.test']],
    ['a wildcard of one label', ['*.example.test']],
    ['the A-label', ['xn--bcher-kva.example']],
  ])('%s is a name of it', async (_, sent) => {
    expect(judge(await issue('CN=x', sent), [...names, 'bücher.example'])).toMatchObject({ name: { by: 'dns' } })
  })

  it.each([
    ['another host', ['mx2.example.test']],
    ['a wildcard of two labels', ['*.test']],
    ['a wildcard above the domain', ['*.mx.example.test']],
    ['a part of a label', ['m*.example.test']],
  ])('%s is not', async (_, sent) => {
    const result = judge(await issue('CN=mx.example.test', sent))
    expect(result).toMatchObject({ kind: 'failed', problem: { kind: 'name-mismatch', names } })
    expect(describeMatch(result)).toBe('the certificate is not for mx.example.test, example.test')
  })

  it('the next-hop domain is none where it was not given, as with an insecure MX', async () => {
    expect(problem(judge(await issue('CN=x', ['example.test']), [base]))).toBe('name-mismatch')
  })

  it('the common name counts where there is no DNS name, with a note', async () => {
    const result = judge(await issue('CN=mx.example.test', []))
    expect(result).toMatchObject({ kind: 'matched', name: { host: base, by: 'common-name' } })
    expect(describeMatch(result)).toBe('TLSA 2 0 1 matches; the name stands in the common name alone')
    for (const other of ['other.test', 'a, b"c'])
      expect(problem(judge(await issue('CN=mx.example.test', [other])))).toBe('name-mismatch')
  })
})

describe('the way to a DANE-TA authority', () => {
  const anchored = (sent: readonly Party[], at = now) => match([record('2 1 1', root)], [...sent, root], { now: at })
  const old = { notBefore: now - 9 * day, notAfter: now - day }

  it('case 51: is in date, from the certificate to the authority', async () => {
    const expired = await createParty('CN=mx', { issuer: root, names: [base], ...old })
    expect(anchored([expired])).toMatchObject({ problem: { kind: 'expired', index: 0, subject: 'CN=mx' } })
    expect(describeMatch(anchored([expired]))).toMatch(/^CN=mx: expired on 20/)
    expect(anchored([expired], now - 2 * day)).toMatchObject({ problem: { kind: 'not-yet-valid', index: 1 } })
    const early = await createParty('CN=mx', { issuer: root, names: [base], notBefore: now + day })
    expect(anchored([early])).toMatchObject({ problem: { kind: 'not-yet-valid', index: 0 } })
    const between = await createParty('CN=Old', { issuer: root, ...old })
    const below = await createParty('CN=mx', { issuer: between, names: [base] })
    expect(anchored([below, between])).toMatchObject({ problem: { kind: 'expired', index: 1 } })
    // As OpenSSL has it, an authority that is no root is trusted for being in the record.
    expect(match([record('2 1 1', between)], [below, between]).kind).toBe('matched')
    const oldRoot = await createParty('CN=Old root', old)
    const own = await createParty('CN=mx', { issuer: oldRoot, names: [base] })
    expect(problem(match([record('2 0 0', oldRoot)], [own]))).toBe('expired')
  })

  it('passes through authorities only', async () => {
    const unfit = await createParty('CN=Unfit', { issuer: root, authority: false })
    expect(problem(anchored([await createParty('CN=mx', { issuer: unfit, names: [base] }), unfit]))).toBe('not-a-ca')
    const strict = await createParty('CN=Strict', { issuer: root, pathLength: 0 })
    const below = await createParty('CN=Below', { issuer: strict })
    const far = await createParty('CN=mx', { issuer: below, names: [base] })
    expect(problem(anchored([far, below, strict]))).toBe('path-length')
    // Below the authority of the record, what is above it counts for nothing.
    expect(match([record('2 1 1', below)], [far, below, strict]).kind).toBe('matched')
  })

  it('ends at a certificate for servers', async () => {
    const client = await createParty('CN=mx', { issuer: root, names: [base], purposes: ['1.3.6.1.5.5.7.3.2'] })
    expect(anchored([client])).toMatchObject({ problem: { kind: 'bad-path', why: 'wrong-purpose', index: 0 } })
  })

  it('has no weak key on it, nor a broken hash but on the authority', async () => {
    const weak = await createParty('CN=mx', { issuer: root, names: [base], key: 'rsa-1024' })
    expect(problem(anchored([weak]))).toBe('weak-key')
    const rsa = await createParty('CN=RSA', { key: 'rsa' })
    const [sha1, hash] = ['1.2.840.113549.1.1.5', 'sha1']
    const between = resignWith(await createParty('CN=Between', { issuer: rsa }), rsa, sha1, hash)
    const below = await createParty('CN=mx', { issuer: between, names: [base] })
    expect(problem(match([record('2 0 1', rsa)], [below, between, rsa]))).toBe('weak-signature')
    expect(match([record('2 0 1', between)], [below, between]).kind).toBe('matched')
  })

  it('has no critical extension that nobody understands', async () => {
    const odd = (critical: boolean) => [new Extension('1.3.6.1.4.1.99999.1', critical, Buffer.from('0500', 'hex'))]
    const issue = (critical: boolean) => createParty('CN=mx', { issuer: root, names: [base], extensions: odd(critical) })
    expect(problem(anchored([await issue(true)]))).toBe('unknown-extension')
    expect(anchored([await issue(false)]).kind).toBe('matched')
  })

  it('takes a good way where a bad one leads up as well', async () => {
    const cross = await createParty('CN=Issuer', { issuer: root, key: issuer, ...old })
    expect(anchored([leaf, cross, issuer])).toMatchObject({ kind: 'matched' })
    expect(problem(anchored([leaf, cross]))).toBe('expired')
  })
})

describe('case 71: several records', () => {
  it('one of two is enough: a rollover is in place', () => {
    const result = match([record('3 1 1', stranger), record('3 1 1', leaf)], [leaf])
    expect(result).toMatchObject({ kind: 'matched', spare: [{ problem: { kind: 'other-certificate' } }] })
    expect(describeMatch(result)).toBe('TLSA 3 1 1 matches; rollover in place, 1 more with no match yet')
  })

  it('none is not', () => {
    const result = match([record('3 1 1', stranger), record('3 1 1', issuer)], [leaf])
    expect(result).toMatchObject({ kind: 'failed', problem: { kind: 'other-certificate' }, tried: [{}, {}] })
    expect(describeMatch(result)).toBe('no TLSA record matches the certificate')
  })

  it('where all match there is no rollover', () => {
    const result = match([record('2 1 1', issuer), record('3 1 1', leaf)], [leaf, issuer])
    expect(result).toMatchObject({ kind: 'matched', record: { usage: 3 }, spare: [] })
  })

  it('the problem told is that of the record that came farthest', () => {
    const both = [record('3 1 1', stranger), record('2 1 1', issuer)]
    expect(problem(match(both, [leaf, issuer], { names: ['a.test'] }))).toBe('name-mismatch')
    expect(problem(match(both, [leaf]))).toBe('anchor-missing')
  })

  it('RFC 7671 9: of several digests only the strongest counts', () => {
    const strong = record('3 1 2', stranger)
    expect(problem(match([strong, record('3 1 1', leaf)], [leaf]))).toBe('other-certificate')
    expect(match([record('3 1 2', leaf), record('3 1 1', stranger)], [leaf])).toMatchObject({ kind: 'matched', spare: [] })
    // With another selector or usage, and with what is no digest, it has nothing to do.
    for (const kind of ['3 0 1', '2 1 1', '3 1 0']) {
      const own = record(kind, kind.startsWith('2') ? issuer : leaf)
      expect(match([strong, own], [leaf, issuer])).toMatchObject({ kind: 'matched', record: own })
    }
  })
})

describe('hostile certificates', () => {
  it('comes to an end where all certify all', async () => {
    const first = await createParty('CN=Ring', { issuer: stranger })
    const ring = [first]
    for (let index = 1; index < 12; index++) {
      ring.push(await createParty('CN=Ring', { issuer: { ...first, subject: 'CN=Ring 2' }, key: first }))
      ring.push(await createParty('CN=Ring 2', { issuer: first, key: first }))
    }
    const own = await createParty('CN=mx', { issuer: first, names: [base] })
    const many = Array.from({ length: 300 }, (_, index) =>
      record(index % 2 ? '2 0 0' : '2 1 0', ring[index % ring.length] ?? own),
    )
    expect(match([...many, record('2 0 1', root)], [own, ...ring]).kind).toBe('matched')
  })

  it('looks at ten certificates', () => {
    const filling = Array.from({ length: 9 }, () => stranger)
    expect(match([record('2 1 1', issuer)], [leaf, ...filling.slice(1), issuer]).kind).toBe('matched')
    expect(problem(match([record('2 1 1', issuer)], [leaf, ...filling, issuer]))).toBe('anchor-missing')
  })

  it('a certificate that cannot be read leads nowhere', () => {
    const garbage = { ...leaf, der: Buffer.from('garbage') }
    expect(problem(match([record('2 1 1', issuer)], [garbage, leaf, issuer]))).toBe('no-certificate')
    expect(match([record('2 1 1', issuer)], [leaf, garbage, issuer]).kind).toBe('matched')
    const padded = { ...leaf, der: Buffer.concat([leaf.der, Buffer.of(0)]) }
    expect(problem(match([record('2 1 1', issuer)], [padded, issuer]))).toBe('no-certificate')
    expect(problem(match([record('3 1 1', leaf)], [padded]))).toBe('other-certificate')
  })

  it('throws for no octets at all, and matches none', () => {
    const octets = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array))
    const usable = fc.record({
      usage: fc.constantFrom(2 as const, 3 as const),
      selector: fc.constantFrom(0 as const, 1 as const),
      matchingType: fc.constantFrom(0 as const, 1 as const, 2 as const),
      data: fc.oneof(
        octets,
        fc.uint8Array({ minLength: 32, maxLength: 32 }).map((array) => Buffer.from(array)),
      ),
    })
    fc.assert(
      fc.property(fc.array(usable, { maxLength: 4 }), fc.array(octets, { maxLength: 4 }), (records, sent) => {
        const result = matchDane({ records }, [...sent, leaf.der], { names, now })
        // The one way to match octets that are no certificate is to publish them.
        if (result.kind === 'matched') expect(result.record.data).toEqual(sent[0])
      }),
    )
  })

  it('a certificate with some octets changed is not that of the record', () => {
    const records = [record('2 1 1', issuer), record('3 0 1', leaf)]
    const change = fc.tuple(fc.nat(leaf.der.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const der = Buffer.from(leaf.der)
        for (const [at, octet] of changes) der[at] = octet
        const { kind } = matchDane({ records }, [der, issuer.der], { names, now })
        expect(kind === 'matched').toBe(der.equals(leaf.der))
      }),
      { numRuns: 200 },
    )
  })

  it('an authority with some octets changed does not match', () => {
    const records = [record('2 0 1', issuer)]
    fc.assert(
      fc.property(fc.nat(issuer.der.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const der = Buffer.from(issuer.der)
        der[at] = (der[at] ?? 0) ^ bits
        expect(matchDane({ records }, [leaf.der, der], { names, now }).kind).toBe('failed')
      }),
      { numRuns: 200 },
    )
  })
})
