import 'reflect-metadata'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type TlsOptions, createServer } from 'node:tls'
import { AuthorityInfoAccessExtension } from '@peculiar/x509'
import { beforeAll, describe, expect, it } from 'vitest'
import { keepFlight } from '../../../src/starttls/tap.ts'
import {
  type CertificateJudgement,
  type TlsFacts,
  type TlsFloor,
  Trust,
  addWatched,
  handshake,
  verifyCertificate,
} from '../../../src/tls/index.ts'
import type { Identity } from '../../../src/world/index.ts'
import { type Party, createParty, identityOf, resignWith } from '../../support/chainParty.ts'
import { VirtualClock } from '../../support/clock.ts'
import { printOcspResponse } from '../../support/ocspResponse.ts'

const day = 86_400_000
const mx = 'mx.example.test'
const names = [mx]
const now = Date.now()
const [md5, sha1] = ['1.2.840.113549.1.1.4', '1.2.840.113549.1.1.5']
const versions = ['TLSv1.2', 'TLSv1.3'] as const

let root: Party
let between: Party
let leaf: Party
let trust: Trust

beforeAll(async () => {
  root = await createParty('CN=Root', { key: 'rsa' })
  between = await createParty('CN=Between', { issuer: root })
  leaf = await createParty('CN=mx', { issuer: between, names })
  trust = new Trust([root.pem])
})

interface Meeting {
  readonly server?: TlsOptions
  readonly staple?: Buffer
  readonly floor?: TlsFloor
  readonly watch?: boolean
  readonly trust?: Trust
}

/** A handshake over TCP with a server of node:tls; what it showed, judged as an examination does or as a sender. */
async function meet(identity: Identity, meeting: Meeting = {}): Promise<TlsFacts & CertificateJudgement> {
  const { watch = true, floor = 'TLSv1' } = meeting
  // What OpenSSL would not sign with or show by itself is the server's business here.
  const server = createServer({ ...identity, ciphers: 'DEFAULT:@SECLEVEL=0', ...meeting.server }, (socket) => socket.resume())
  server.on('OCSPRequest', (_certificate, _issuer, answer: (error: null, staple: Buffer) => void) => {
    answer(null, meeting.staple ?? Buffer.alloc(0))
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const tcp = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1')
  const tap = keepFlight(tcp)
  const whom = meeting.trust ?? trust
  try {
    const options = { trust: whom, floor, servername: mx, timeoutMs: 10_000, clock: new VirtualClock(), watch }
    const done = await handshake(tap.stream, options)
    if (done.kind !== 'done') throw new Error(done.detail)
    const { facts, secret, socket } = done
    socket.destroy()
    return watch ? addWatched(facts, { bytes: tap.stop(), secret, trust: whom, now }) : facts
  } finally {
    tcp.destroy()
    server.close()
    await once(server, 'close')
  }
}

function kindsOf({ chainJudgement }: CertificateJudgement): string[] | undefined {
  return chainJudgement?.problems.map(({ kind, index }) => `${kind} ${index ?? 'root'}`)
}

describe.each(versions)('case 53: %s', (version) => {
  const server = { minVersion: version, maxVersion: version }

  it('a whole chain in order has no problem', async () => {
    const facts = await meet(identityOf(leaf, between), { server })
    expect(facts).toMatchObject({
      version,
      trustError: undefined,
      chainJudgement: { anchor: 'CN=Root', path: [0, 1], problems: [] },
    })
    expect(verifyCertificate(facts, mx, now)).toEqual([])
  })

  it('wrong order and a needless root are told, and break no trust', async () => {
    const facts = await meet(identityOf(leaf, root, between), { server })
    expect(kindsOf(facts)).toEqual(['needless-root 1', 'wrong-order 2'])
    expect(facts.trustError).toBeUndefined()
    expect(verifyCertificate(facts, mx, now)).toEqual([])
  })

  it('a missing intermediate is told, with where it could be had', async () => {
    const extensions = [new AuthorityInfoAccessExtension({ caIssuers: 'http://ca.test/between.der' })]
    const told = await createParty('CN=mx', { issuer: between, names, extensions })
    const facts = await meet(identityOf(told), { server })
    expect(facts.chainJudgement?.problems).toMatchObject([{ kind: 'incomplete', repair: ['http://ca.test/between.der'] }])
    expect(verifyCertificate(facts, mx, now)).toEqual(['untrusted'])
  })

  it('what belongs to another server is told', async () => {
    const stranger = await createParty('CN=Stranger')
    const facts = await meet(identityOf(leaf, between, stranger), { server })
    expect(kindsOf(facts)).toEqual(['needless-certificate 2'])
  })

  it('an OCSP answer in the handshake is found and believed', async () => {
    const good = await meet(identityOf(leaf, between), { server, staple: printOcspResponse({ leaf, issuer: between }) })
    expect(good.stapleJudgement).toMatchObject({ kind: 'verified', status: 'good' })
    const status = { revokedAt: now - day, reason: 1 }
    const staple = printOcspResponse({ leaf, issuer: between, status })
    const revoked = await meet(identityOf(leaf, between), { server, staple })
    expect(revoked.stapleJudgement).toMatchObject({ kind: 'verified', status: 'revoked', reason: 'keyCompromise' })
    expect((await meet(identityOf(leaf, between), { server })).stapleJudgement).toEqual({ kind: 'none' })
  })
})

describe('cases 51, 52: one error does not hide another', () => {
  it('expired and of a stranger', async () => {
    const dates = { notBefore: now - 9 * day, notAfter: now - day }
    const stranger = await createParty('CN=Stranger', dates)
    const facts = await meet(identityOf(await createParty('CN=mx', { issuer: stranger, names, ...dates }), stranger))
    expect(facts.trustError).toBe('CERT_HAS_EXPIRED')
    expect(verifyCertificate(facts, mx, now)).toEqual(['untrusted', 'expired'])
  })

  it('expired and of somebody who may not certify', async () => {
    const dates = { notBefore: now - 9 * day, notAfter: now - day }
    const unfit = await createParty('CN=Unfit', { issuer: root, authority: false })
    const facts = await meet(identityOf(await createParty('CN=mx', { issuer: unfit, names, ...dates }), unfit))
    expect(facts.trustError).toBe('CERT_HAS_EXPIRED')
    expect(verifyCertificate(facts, mx, now)).toEqual(['untrusted', 'expired'])
  })

  it('weak and of a stranger', async () => {
    const stranger = await createParty('CN=Stranger', { key: 'rsa' })
    const weak = resignWith(await createParty('CN=mx', { issuer: stranger, names }), stranger, sha1, 'sha1')
    const facts = await meet(identityOf(weak, stranger), { floor: 'TLSv1.2' })
    expect(facts.trustError).toBe('UNSPECIFIED')
    expect(verifyCertificate(facts, mx, now)).toEqual(['untrusted', 'weak-signature'])
  })

  it('expired alone is no more than that', async () => {
    const dates = { notBefore: now - 9 * day, notAfter: now - day }
    const facts = await meet(identityOf(await createParty('CN=mx', { issuer: root, names, ...dates })))
    expect(verifyCertificate(facts, mx, now)).toEqual(['expired'])
  })

  it('an intermediate out of date', async () => {
    const old = await createParty('CN=Old', { issuer: root, notBefore: now - 9 * day, notAfter: now - day })
    const facts = await meet(identityOf(await createParty('CN=mx', { issuer: old, names }), old))
    expect(kindsOf(facts)).toEqual(['intermediate-expired 1'])
    expect(verifyCertificate(facts, mx, now)).toEqual(['expired'])
  })
})

describe('case 52: what a sender refuses, an examination names', () => {
  const makers: readonly [string, () => Promise<readonly [Identity, Trust]>, string][] = [
    ['SHA-1 on the leaf', async () => chain(await sign(root, sha1, 'sha1')), 'weak-signature'],
    ['MD5 on the leaf', async () => chain(await sign(root, md5, 'md5')), 'weak-signature'],
    [
      'SHA-1 in between',
      async () => {
        const old = resignWith(await createParty('CN=Old', { issuer: root }), root, sha1, 'sha1')
        return chain(await createParty('CN=mx', { issuer: old, names }), old)
      },
      'weak-signature',
    ],
    [
      'a short key in between',
      async () => {
        const short = await createParty('CN=Short', { issuer: root, key: 'rsa-1024' })
        return chain(await createParty('CN=mx', { issuer: short, names }), short)
      },
      'weak-key',
    ],
    [
      'a short key of the authority itself',
      async () => {
        const short = await createParty('CN=Short root', { key: 'rsa-1024' })
        return [identityOf(await createParty('CN=mx', { issuer: short, names })), new Trust([short.pem])]
      },
      'weak-key',
    ],
    [
      'a short key of the leaf',
      async () => chain(await createParty('CN=mx', { issuer: root, names, key: 'rsa-1024' })),
      'weak-key',
    ],
  ]

  it.each(makers)('%s', async (_, make, problem) => {
    const [identity, trust] = await make()
    const examined = await meet(identity, { trust })
    expect(examined.trustError).toBeUndefined()
    expect(verifyCertificate(examined, mx, now)).toEqual([problem])
    // The same by the security level of a sender, which has OpenSSL's word and the leaf alone.
    const sent = await meet(identity, { trust, floor: 'TLSv1.2', watch: false })
    expect(sent.trustError).toBe('UNSPECIFIED')
    expect(verifyCertificate(sent, mx, now)).toContain('untrusted')
    // And where it looks at the chain, it says no more than is so.
    const both = await meet(identity, { trust, floor: 'TLSv1.2' })
    expect(verifyCertificate(both, mx, now)).toEqual([problem])
  })

  it('SHA-1 on the root itself is nothing to anybody', async () => {
    const old = resignWith(root, root, sha1, 'sha1')
    const [identity, trust] = [identityOf(leaf, between), new Trust([old.pem])]
    for (const floor of ['TLSv1', 'TLSv1.2'] as const)
      expect(verifyCertificate(await meet(identity, { trust, floor }), mx, now)).toEqual([])
  })

  it.each([
    ['not-a-ca', { authority: false }],
    ['path-length', { pathLength: 0 }],
    ['wrong-purpose', { purposes: ['1.3.6.1.5.5.7.3.4'] }],
  ] as const)('OpenSSL agrees on %s', async (kind, flaw) => {
    const unfit = await createParty('CN=Unfit', { issuer: root, ...flaw })
    const below = await createParty('CN=Below', { issuer: unfit })
    const facts = await meet(identityOf(await createParty('CN=mx', { issuer: below, names }), below, unfit))
    expect(kindsOf(facts)).toEqual([`${kind} 2`])
    expect(facts.trustError).toBeDefined()
    expect(verifyCertificate(facts, mx, now)).toEqual(['untrusted'])
  })

  async function sign(issuer: Party, oid: string, hash: string): Promise<Party> {
    return resignWith(await createParty('CN=mx', { issuer, names }), issuer, oid, hash)
  }

  function chain(party: Party, ...above: readonly Party[]): readonly [Identity, Trust] {
    return [identityOf(party, ...above), trust]
  }
})
