import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AttemptFacts, Peer, SessionFacts } from '../index.ts'
import { canonicalize } from '../verify/index.ts'
import { printAct, printAttempt, printPeer, printSession, readLeaf } from './index.ts'

const mostOctets = 65_535
const id = 'AAAAAAAAAAAAAAAAAAAAAA'
const mark = 'A'.repeat(43)

// What a peer sends: any characters, halves of surrogate pairs among them.
const text = fc.string({ unit: 'binary', maxLength: 700 })
const hex = fc.stringMatching(/^[0-9a-f]{64}$/)
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })
const time = fc.integer({ min: 0, max: 4e12 })

const peer: fc.Arbitrary<Peer> = fc.record({
  host: text,
  address: text,
  policy: text,
  reason: text,
  policyDomain: orNull(text),
  ehlo: fc.array(text, { maxLength: 40 }),
  sts: orNull(fc.record({ id: text, sha256: orNull(hex) })),
  tlsa: orNull(fc.record({ secure: fc.boolean(), records: fc.array(text, { maxLength: 40 }) })),
  rule: orNull(text),
  certificate: orNull(hex),
  key: orNull(hex),
  chain: fc.array(hex, { maxLength: 20 }),
})

const session: fc.Arbitrary<Omit<SessionFacts, 'peer' | 'chain'>> = fc.record({
  time,
  port: fc.nat(65_535),
  level: text,
  voucher: fc.constantFrom('dane', 'sts', 'user', 'dns', null),
  verdict: text,
  cause: text,
  decision: text,
  tls: orNull(
    fc.record({
      version: text,
      cipher: text,
      group: orNull(text),
      resumed: fc.boolean(),
      provenAt: orNull(time.map((at) => new Date(at).toISOString())),
    }),
  ),
  software: text,
})

const attempt = fc.record({
  time,
  octets: orNull(fc.nat()),
  outcome: fc.constantFrom<AttemptFacts['outcome'][]>('delivered', 'deferred', 'failed', 'reply-lost', 'unknown'),
  code: orNull(fc.nat(999)),
  enhanced: orNull(text),
  strength: fc.constantFrom<AttemptFacts['strength'][]>('observed', 'claimed', 'unknown'),
  claim: orNull(fc.record({ provider: text, event: text, tls: orNull(fc.boolean()) })),
})

/** A leaf that was printed is canonical, of the schema, and short enough. */
function expectLeaf(printed: string): void {
  expect(canonicalize(JSON.parse(printed) as Parameters<typeof canonicalize>[0])).toBe(printed)
  expect(readLeaf(Buffer.from(printed))).toMatchObject({ kind: 'leaf' })
  expect(Buffer.byteLength(printed)).toBeLessThanOrEqual(mostOctets)
}

describe('leaves', () => {
  it('of sessions are canonical and of the schema, in the clear and committed, whatever the peer said', () => {
    fc.assert(
      fc.property(session, peer, (facts, peer) => {
        expectLeaf(printSession(facts, id, printPeer(peer)))
        expectLeaf(printSession(facts, id, JSON.stringify(mark)))
      }),
      { numRuns: 200 },
    )
  })

  it('of attempts too', () => {
    fc.assert(
      fc.property(attempt, orNull(fc.constant(id)), orNull(fc.constant(mark)), text, (facts, session, some, domain) => {
        expectLeaf(printAttempt(facts, session, { recipient: mark, campaign: mark, message: some, domain, reply: some }))
      }),
      { numRuns: 200 },
    )
  })

  it('of acts too', () => {
    const details = fc.dictionary(
      fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,31}$/),
      fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    )
    fc.assert(
      fc.property(details, time, (detail, at) => {
        expectLeaf(printAct({ act: 'campaign-started', detail }, at))
      }),
      { numRuns: 200 },
    )
  })

  it('are short enough at their longest, every letter escaped', () => {
    const worst = '\u0001'.repeat(2_000)
    const hash = 'f'.repeat(64)
    const facts = {
      time: 4e12,
      port: 65_535,
      level: worst,
      voucher: null,
      verdict: worst,
      cause: worst,
      decision: worst,
      software: worst,
    }
    const tls = { version: worst, cipher: worst, group: worst, resumed: true, provenAt: new Date(4e12).toISOString() }
    const all: Peer = {
      host: worst,
      address: worst,
      policy: worst,
      reason: worst,
      policyDomain: worst,
      ehlo: Array.from({ length: 500 }, () => worst),
      sts: { id: worst, sha256: hash },
      tlsa: { secure: true, records: Array.from({ length: 500 }, () => `3 1 1 ${'ab'.repeat(2_000)}`) },
      rule: worst,
      certificate: hash,
      key: hash,
      chain: Array.from({ length: 100 }, () => hash),
    }
    expectLeaf(printSession({ ...facts, tls }, id, printPeer(all)))
    expectLeaf(
      printAct(
        {
          act: 'erased',
          detail: Object.fromEntries(Array.from({ length: 50 }, (_, at) => ['k'.repeat(at + 1).slice(0, 32), worst])),
        },
        0,
      ),
    )
  })
})

describe('reading', () => {
  const good = printAct({ act: 'test-sent', detail: { campaign: 'spring', count: 1 } }, 0)

  it.each<[string, string | Uint8Array, string]>([
    ['white space', good.replace(',', ', '), 'leaf-not-canonical'],
    ['another order', good.replace('"campaign":"spring","count":1', '"count":1,"campaign":"spring"'), 'leaf-not-canonical'],
    ['a key said twice', good.replace('"count":1', '"count":1,"count":1'), 'leaf-not-canonical'],
    ['a number in other letters', good.replace('"count":1', '"count":1.0'), 'leaf-not-canonical'],
    ['an escape that is not needed', good.replace('spring', 'spr\\u0069ng'), 'leaf-not-canonical'],
    ['a word of its own', good.replace('"kind":', '"audited":true,"kind":'), 'leaf-malformed'],
    ['another format', good.replace('evidence/1', 'evidence/2'), 'leaf-malformed'],
    ['an act that is none', good.replace('test-sent', 'test-lost'), 'leaf-malformed'],
    ['half of it', good.slice(0, 40), 'leaf-malformed'],
    ['nothing', '', 'leaf-malformed'],
    ['what is not UTF-8', Buffer.from(good.replace('spring', 'spr\xefng'), 'latin1'), 'leaf-malformed'],
    ['an order of bytes before it', `\ufeff${good}`, 'leaf-malformed'],
    ['a nest without end', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 'leaf-malformed'],
    ['a prototype', good.replace('"detail":{', '"detail":{"__proto__":1,'), 'leaf-not-canonical'],
  ])('refuses %s', (_, octets, failure) => {
    expect(readLeaf(Buffer.from(octets as string))).toMatchObject({ kind: 'refused', failure })
  })

  it('gives what was written', () => {
    expect(readLeaf(Buffer.from(good))).toEqual({ kind: 'leaf', leaf: JSON.parse(good) as unknown })
  })
})
