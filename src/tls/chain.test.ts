import 'reflect-metadata'
import { KeyUsageFlags, AuthorityInfoAccessExtension } from '@peculiar/x509'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Party, createParty, resignWith } from '../../test/support/chainParty.ts'
import { Trust, judgeChain } from './index.ts'

const day = 86_400_000
const names = ['mx.example.test']
const now = Date.now()
/** RSA with these (RFC 3279 2.2.1). */
const [md5, sha1] = ['1.2.840.113549.1.1.4', '1.2.840.113549.1.1.5']

let root: Party
let upper: Party
let lower: Party
let leaf: Party
let stranger: Party
let trust: Trust

beforeAll(async () => {
  root = await createParty('CN=Root')
  upper = await createParty('CN=Upper', { issuer: root })
  lower = await createParty('CN=Lower', { issuer: upper })
  leaf = await createParty('CN=mx', { issuer: lower, names })
  stranger = await createParty('CN=Stranger')
  trust = new Trust([root.pem])
})

function judge(...sent: readonly Party[]) {
  return judgeChain(
    sent.map(({ der }) => der),
    trust,
    now,
  )
}

/** Kind and place of each problem. */
function problemsOf(...sent: readonly Party[]): string[] {
  return judge(...sent).problems.map(({ kind, index }) => `${kind} ${index ?? 'root'}`)
}

describe('case 53: what is sent, and in which order', () => {
  it('has nothing to say of a chain without its root', () => {
    expect(judge(leaf, lower, upper)).toEqual({ anchor: 'CN=Root', path: [0, 1, 2], problems: [] })
  })

  it('names the root as needless', () => {
    expect(judge(leaf, lower, upper, root)).toMatchObject({ anchor: 'CN=Root', path: [0, 1, 2] })
    expect(problemsOf(leaf, lower, upper, root)).toEqual(['needless-root 3'])
  })

  it('puts in order what is out of order, and says so', () => {
    expect(judge(leaf, upper, lower)).toMatchObject({ anchor: 'CN=Root', path: [0, 2, 1] })
    expect(problemsOf(leaf, upper, lower)).toEqual(['wrong-order 2'])
    expect(problemsOf(leaf, root, upper, lower)).toEqual(['needless-root 1', 'wrong-order 2', 'wrong-order 3'])
  })

  it('names what belongs to no path, and what is there twice', () => {
    expect(problemsOf(leaf, stranger, lower, upper)).toEqual(['needless-certificate 1'])
    expect(problemsOf(leaf, lower, lower, upper, leaf)).toEqual(['duplicate 2', 'duplicate 4'])
  })

  it('says where an incomplete chain could be repaired', async () => {
    const at = { caIssuers: 'http://ca.example.test/lower.der', ocsp: 'http://ocsp.example.test/' }
    const extensions = [new AuthorityInfoAccessExtension(at)]
    const told = await createParty('CN=mx', { issuer: lower, names, extensions })
    expect(judge(told)).toEqual({
      anchor: undefined,
      path: [0],
      problems: [{ kind: 'incomplete', index: 0, subject: 'CN=mx', issuer: 'CN=Lower', repair: [at.caIssuers], logged: false }],
    })
    // Where the gap is further up, it is the last one sent that speaks of it.
    expect(problemsOf(told, lower)).toEqual(['unknown-issuer 1'])
    expect(problemsOf(told, upper)).toEqual(['incomplete 0', 'needless-certificate 1'])
  })

  it('does not claim to know whether an issuer is missing or private where nothing says so', () => {
    expect(judge(leaf).problems).toEqual([{ kind: 'unknown-issuer', index: 0, subject: 'CN=mx', issuer: 'CN=Lower' }])
  })
})

describe('case 52: authorities', () => {
  it('tells an authority that is not ours from a missing certificate', async () => {
    const own = await createParty('CN=mx', { issuer: stranger, names })
    expect(problemsOf(own, stranger)).toEqual(['unknown-authority 1'])
    const alone = await createParty('CN=mx', { names })
    expect(problemsOf(alone)).toEqual(['unknown-authority 0'])
  })

  it('takes no certificate for the issuer that has but its name', async () => {
    const namesake = await createParty('CN=Lower', { issuer: upper })
    expect(problemsOf(leaf, namesake, upper)).toEqual(['wrong-issuer 0', 'needless-certificate 1', 'needless-certificate 2'])
    const falseRoot = await createParty('CN=Root')
    const forged = await createParty('CN=mx', { issuer: falseRoot, names })
    expect(judge(forged)).toMatchObject({ anchor: undefined, problems: [{ kind: 'wrong-issuer', issuer: 'CN=Root' }] })
  })

  it('knows names by their letters, not by their case and string type', async () => {
    const shouted = { ...root, subject: 'CN=  ROOT' }
    const own = await createParty('CN=mx', { issuer: shouted, names })
    expect(judge(own)).toMatchObject({ anchor: 'CN=Root', problems: [] })
  })

  it.each(['basic-constraints', 'key-usage'] as const)('names who certifies and may not: %s', async (why) => {
    const flaw = why === 'key-usage' ? { uses: KeyUsageFlags.digitalSignature } : { authority: false }
    const unfit = await createParty('CN=Unfit', { issuer: root, ...flaw })
    const own = await createParty('CN=mx', { issuer: unfit, names })
    expect(judge(own, unfit).problems).toEqual([{ kind: 'not-a-ca', index: 1, subject: 'CN=Unfit', why }])
  })

  it('counts the authorities below one that limits them', async () => {
    const strict = await createParty('CN=Strict', { issuer: root, pathLength: 0 })
    const below = await createParty('CN=Below', { issuer: strict })
    const far = await createParty('CN=mx', { issuer: below, names })
    expect(judge(far, below, strict).problems).toEqual([
      { kind: 'path-length', index: 2, subject: 'CN=Strict', allowed: 0, below: 1 },
    ])
    expect(problemsOf(await createParty('CN=mx', { issuer: strict, names }), strict)).toEqual([])
  })

  it('names an authority for other purposes', async () => {
    const mail = await createParty('CN=Mail', { issuer: root, purposes: ['1.3.6.1.5.5.7.3.4'] })
    expect(problemsOf(await createParty('CN=mx', { issuer: mail, names }), mail)).toEqual(['wrong-purpose 1'])
  })
})

describe('case 51: dates above the leaf', () => {
  it('names an intermediate out of date or not yet valid, and leaves the leaf to others', async () => {
    const old = await createParty('CN=Old', { issuer: root, notBefore: now - 9 * day, notAfter: now - day })
    expect(problemsOf(await createParty('CN=mx', { issuer: old, names }), old)).toEqual(['intermediate-expired 1'])
    const early = await createParty('CN=Early', { issuer: root, notBefore: now + day, notAfter: now + 9 * day })
    expect(problemsOf(await createParty('CN=mx', { issuer: early, names }), early)).toEqual(['intermediate-not-yet-valid 1'])
    const expired = await createParty('CN=mx', { issuer: root, names, notBefore: now - 9 * day, notAfter: now - day })
    expect(problemsOf(expired)).toEqual([])
  })

  it('names a root out of date', async () => {
    const old = await createParty('CN=Old root', { notBefore: now - 9 * day, notAfter: now - day })
    const own = await createParty('CN=mx', { issuer: old, names })
    expect(judgeChain([own.der], new Trust([old.pem]), now)).toMatchObject({
      anchor: 'CN=Old root',
      problems: [{ kind: 'root-expired', index: undefined }],
    })
  })

  it('takes the good way where an expired one leads up as well', async () => {
    // As with AddTrust in 2020: an intermediate of our root, and the same key certified by one that has expired.
    const key = await createParty('CN=Both', { issuer: root })
    const cross = await createParty('CN=Both', { issuer: stranger, key, notBefore: now - 9 * day, notAfter: now - day })
    const own = await createParty('CN=mx', { issuer: key, names })
    expect(judge(own, cross, key)).toMatchObject({ anchor: 'CN=Root', path: [0, 2], problems: [] })
    expect(judge(own, cross)).toMatchObject({ anchor: undefined })
  })
})

describe('case 52: hashes and keys', () => {
  it('names SHA-1 below the root, not on it', async () => {
    const key = await createParty('CN=RSA root', { key: 'rsa' })
    const rsaRoot = resignWith(key, key, sha1, 'sha1')
    const between = resignWith(await createParty('CN=Between', { issuer: rsaRoot }), rsaRoot, sha1, 'sha1')
    const own = await createParty('CN=mx', { issuer: between, names })
    const { anchor, problems } = judgeChain([own.der, between.der], new Trust([rsaRoot.pem]), now)
    expect(anchor).toBe('CN=RSA root')
    expect(problems).toEqual([{ kind: 'weak-signature', index: 1, subject: 'CN=Between', hash: 'sha1' }])
  })

  it('names MD5 on the leaf', async () => {
    const rsaRoot = await createParty('CN=RSA root', { key: 'rsa' })
    const own = resignWith(await createParty('CN=mx', { issuer: rsaRoot, names }), rsaRoot, md5, 'md5')
    const { anchor, problems } = judgeChain([own.der], new Trust([rsaRoot.pem]), now)
    expect(anchor).toBe('CN=RSA root')
    expect(problems).toEqual([{ kind: 'weak-signature', index: 0, subject: 'CN=mx', hash: 'md5' }])
  })

  it('names a short key of an authority', async () => {
    const short = await createParty('CN=Short', { issuer: root, key: 'rsa-1024' })
    const own = await createParty('CN=mx', { issuer: short, names })
    expect(judge(own, short).problems).toEqual([
      { kind: 'weak-key', index: 1, subject: 'CN=Short', keyType: 'rsa', keyBits: 1024 },
    ])
  })
})

describe('hostile chains', () => {
  it('says nothing of an empty one, and what it cannot read of others', () => {
    expect(judge()).toEqual({ anchor: undefined, path: [], problems: [] })
    const garbage = { ...leaf, der: Buffer.from('garbage') }
    expect(judge(garbage, leaf)).toEqual({
      anchor: undefined,
      path: [],
      problems: [{ kind: 'unreadable', index: 0, subject: '' }],
    })
    expect(problemsOf(leaf, garbage, lower, upper)).toEqual(['unreadable 1'])
  })

  it('comes to an end where all certify all', async () => {
    // One name, one key, many certificates: each is signed by each other.
    const first = await createParty('CN=Ring', { issuer: stranger })
    const ring = [first]
    for (let index = 1; index < 25; index++) {
      ring.push(await createParty('CN=Ring', { issuer: { ...first, subject: 'CN=Ring 2' }, key: first }))
      ring.push(await createParty('CN=Ring 2', { issuer: first, key: first }))
    }
    const own = await createParty('CN=mx', { issuer: first, names })
    const { anchor, problems } = judge(own, ...ring)
    expect(anchor).toBeUndefined()
    expect(problems).toContainEqual({ kind: 'too-many', index: 20, subject: '', count: 50 })
  })

  it('throws for no octets at all', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 4 }), (sent) => {
        expect(
          judgeChain(
            sent.map((octets) => Buffer.from(octets)),
            trust,
            now,
          ).anchor,
        ).toBeUndefined()
      }),
      { numRuns: 50 },
    )
  })

  it('throws for no certificate with some octets changed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(leaf.der.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
        const der = Buffer.from(leaf.der)
        for (const [at, octet] of changes) der[at] = octet
        const { anchor } = judgeChain([der, lower.der, upper.der], trust, now)
        // The signature covers all of it.
        expect(anchor === undefined || der.equals(leaf.der)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})
