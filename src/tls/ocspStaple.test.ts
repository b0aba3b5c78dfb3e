import 'reflect-metadata'
import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { type Party, createParty } from '../../test/support/chainParty.ts'
import { printDer } from '../../test/support/der.ts'
import { type OcspOptions, printOcspResponse } from '../../test/support/ocspResponse.ts'
import { Trust, judgeStaple } from './index.ts'
import { readOcspResponse } from './ocsp.ts'

const hour = 3_600_000
const now = Math.floor(Date.now() / 1000) * 1000
const ocspSigning = '1.3.6.1.5.5.7.3.9'

let root: Party
let between: Party
let leaf: Party
let trust: Trust

beforeAll(async () => {
  root = await createParty('CN=Root', { key: 'rsa' })
  between = await createParty('CN=Between', { issuer: root })
  leaf = await createParty('CN=mx', { issuer: between, names: ['mx.example.test'] })
  trust = new Trust([root.pem])
})

function judge(staple: Buffer | undefined, sent: readonly Party[] = [leaf, between]) {
  return judgeStaple(
    staple,
    sent.map(({ der }) => der),
    trust,
    now,
  )
}

function staple(options: Partial<OcspOptions> = {}): Buffer {
  return printOcspResponse({ leaf, issuer: between, ...options })
}

it.each([{}, { byKey: true }, { hash: 'sha256' as const }])('believes what the issuer signs (%o)', (options) => {
  const judgement = judge(staple({ thisUpdate: now - hour, nextUpdate: now + hour, ...options }))
  expect(judgement).toEqual({
    kind: 'verified',
    status: 'good',
    reason: undefined,
    revokedAt: undefined,
    thisUpdate: new Date(now - hour).toISOString(),
    nextUpdate: new Date(now + hour).toISOString(),
    signer: 'issuer',
  })
})

it('finds the issuer among our authorities as well, and verifies RSA', async () => {
  const direct = await createParty('CN=mx', { issuer: root, names: ['mx.example.test'] })
  expect(judge(printOcspResponse({ leaf: direct, issuer: root }), [direct])).toMatchObject({ kind: 'verified', status: 'good' })
  expect(judge(staple(), [leaf])).toEqual({ kind: 'unverified', why: 'no-issuer' })
})

it('case 52: tells that a certificate was revoked, when and why', () => {
  const revokedAt = now - 5 * hour
  expect(judge(staple({ status: { revokedAt, reason: 1 } }))).toMatchObject({
    status: 'revoked',
    reason: 'keyCompromise',
    revokedAt: new Date(revokedAt).toISOString(),
  })
  expect(judge(staple({ status: { revokedAt } }))).toMatchObject({ status: 'revoked', reason: undefined })
  expect(judge(staple({ status: 'unknown' }))).toMatchObject({ kind: 'verified', status: 'unknown' })
})

it('says that no time was set for the next answer', () => {
  expect(judge(staple({ nextUpdate: undefined }))).toMatchObject({ kind: 'verified', nextUpdate: undefined })
})

it('believes a delegate of the issuer, and nobody else (RFC 6960 4.2.2.2)', async () => {
  const signed = (signer: Party) => judge(staple({ signer, certificates: [signer] }))
  const options = { issuer: between, authority: false, purposes: [ocspSigning] }
  expect(signed(await createParty('CN=Responder', options))).toMatchObject({ kind: 'verified', signer: 'delegate' })
  const unverified = { kind: 'unverified', why: 'signer' }
  expect(signed(await createParty('CN=Responder', { ...options, purposes: null }))).toEqual(unverified)
  expect(signed(await createParty('CN=Responder', { ...options, issuer: root }))).toEqual(unverified)
  expect(signed(await createParty('CN=Responder', { ...options, notAfter: now - hour }))).toEqual(unverified)
  // The right name, and a signature of the delegate by another key.
  const falseIssuer = await createParty('CN=Between')
  expect(signed(await createParty('CN=Responder', { ...options, issuer: falseIssuer }))).toEqual(unverified)
  // The server's own key vouches for nothing.
  expect(signed(leaf)).toEqual(unverified)
})

it('believes no signature of another key under the name of the issuer', async () => {
  const falseIssuer = await createParty('CN=Between')
  expect(judge(staple({ signer: falseIssuer, responder: between }))).toEqual({ kind: 'unverified', why: 'signature' })
})

it('believes no answer about another certificate', async () => {
  expect(judge(staple({ serial: 4711n }))).toEqual({ kind: 'other-certificate' })
  const other = await createParty('CN=Other', { issuer: root })
  expect(judge(staple({ issuer: other, signer: between }))).toEqual({ kind: 'other-certificate' })
})

it('tells an answer that there is none from no answer', () => {
  expect(judge(undefined)).toEqual({ kind: 'none' })
  expect(judge(Buffer.alloc(0))).toEqual({ kind: 'none' })
  expect(judge(Buffer.from('30030a0103', 'hex'))).toEqual({ kind: 'unsuccessful', status: 'try-later' })
  expect(judge(Buffer.from('30030a0106', 'hex'))).toEqual({ kind: 'unsuccessful', status: 'unauthorized' })
})

it.each(['30030a0104', '30030a0107', '30030a0100', '3003020103', '30030a01ff', '3000', '00'])('%s is no OCSP response', (hex) => {
  expect(readOcspResponse(Buffer.from(hex, 'hex'))).toEqual({ kind: 'malformed' })
})

it('takes no answer of any size', () => {
  expect(readOcspResponse(printDer(0x30, printDer(0x0a, Buffer.of(3)), Buffer.alloc(100_000)))).toEqual({ kind: 'malformed' })
})

it('throws for no octets, and believes none that were changed', () => {
  const good = staple({ status: { revokedAt: now - hour, reason: 4 } })
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
      const changed = Buffer.from(good)
      for (const [at, octet] of changes) changed[at] = octet
      const judgement = judge(changed)
      if (judgement.kind === 'verified') expect(judgement).toMatchObject({ status: 'revoked', reason: 'superseded' })
    }),
    { numRuns: 200 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
      expect(judge(Buffer.from(octets)).kind).not.toBe('verified')
    }),
  )
})

it('does not take an answer signed with a key that no certificate names', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signer = { ...between, privateKey }
  expect(judge(staple({ signer }))).toEqual({ kind: 'unverified', why: 'signature' })
})
