import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeKeys } from '../../test/support/serving.ts'
import { createTracking, handClock, memoryLedger, pathOf, spring } from '../../test/support/tracking.ts'
import { currentKey } from '../keys.ts'
import {
  HitCounter,
  createTokenPrinter,
  followClick,
  hashWho,
  isCounted,
  personOf,
  pixel,
  readTrackingToken,
  tagOf,
} from './index.ts'
import { isPersonOf } from './token.ts'

const keys = makeKeys()
const tag = tagOf('spring', 'abc')
const addressKey = 'ada@a.test'

describe('a token', () => {
  it('gives back what was put in, and names nobody', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 48 - 1 }),
        fc.integer({ min: 0, max: 0xffff }),
        fc.integer({ min: 0, max: 0xffff }),
        fc.constantFrom('click' as const, 'open' as const),
        (messageId, link, occurrence, kind) => {
          const text = createTokenPrinter({ messageId, tag, addressKey }, keys)(kind, link, occurrence)
          expect(text).toMatch(/^[A-Za-z0-9_-]{52}$/)
          expect(readTrackingToken(text, keys)).toEqual({
            kind,
            messageId,
            tag,
            person: Buffer.from(personOf(tag, addressKey, currentKey(keys))),
            link,
            occurrence,
            key: 1,
          })
        },
      ),
    )
  })

  it('is nothing once a letter is another, or the key', () => {
    const token = createTokenPrinter({ messageId: 7, tag, addressKey }, keys)('click', 1, 0)
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('')
    fc.assert(
      fc.property(fc.nat(51), fc.constantFrom(...letters), (at, letter) => {
        const changed = token.slice(0, at) + letter + token.slice(at + 1)
        expect(readTrackingToken(changed, keys) === undefined).toBe(changed !== token)
      }),
    )
    expect(readTrackingToken(token, makeKeys())).toBeUndefined()
    fc.assert(fc.property(fc.string(), (text) => readTrackingToken(text, keys) === undefined))
  })

  it('outlives a new key, and ends with its own', () => {
    const token = createTokenPrinter({ messageId: 7, tag, addressKey }, keys)('open', 0, 0)
    const both = { current: 2, all: new Map([...keys.all, [2, randomBytes(32)]]) }
    expect(readTrackingToken(token, both)).toMatchObject({ messageId: 7, key: 1 })
    both.all.delete(1)
    expect(readTrackingToken(token, both)).toBeUndefined()
  })

  it('is of one recipient of one campaign, whoever has come to stand under its number', () => {
    const token = readTrackingToken(createTokenPrinter({ messageId: 7, tag, addressKey }, keys)('withdraw', 0, 0), keys)
    if (!token) throw new Error('it is none')
    expect(isPersonOf(token, addressKey, keys)).toBe(true)
    expect(isPersonOf(token, 'bob@a.test', keys)).toBe(false)
    expect(isPersonOf({ ...token, tag: tagOf('autumn', 'abc') }, addressKey, keys)).toBe(false)
    expect(isPersonOf(token, addressKey, makeKeys())).toBe(false)
    expect(isPersonOf({ ...token, key: 2 }, addressKey, keys)).toBe(false)
  })

  it('is of one campaign by name and content', () => {
    expect(new Set([tag, tagOf('spring', 'abd'), tagOf('autumn', 'abc'), tagOf('spring', '')]).size).toBe(4)
  })
})

it('what stands for somebody is another for each link, kind, campaign and key', () => {
  const who = { tag, person: personOf(tag, addressKey, currentKey(keys)) }
  const other = makeKeys()
  const marks = [
    hashWho(who, 'click', 1, 1, keys),
    hashWho(who, 'click', 2, 1, keys),
    hashWho(who, 'click', 0, 1, keys),
    hashWho(who, 'open', 0, 1, keys),
    hashWho({ ...who, person: personOf(tag, 'bob@a.test', currentKey(keys)) }, 'click', 1, 1, keys),
    hashWho({ ...who, tag: tagOf('autumn', 'abc') }, 'click', 1, 1, keys),
    hashWho(who, 'click', 1, 1, other),
  ].map((mark) => Buffer.from(mark ?? []).toString('hex'))
  expect(new Set(marks).size).toBe(marks.length)
  expect(hashWho(who, 'click', 1, 2, keys)).toBeUndefined()
})

describe('a request', () => {
  const asked = (method: string, headers: Readonly<Record<string, string>> = {}) =>
    isCounted({ method, header: (name) => headers[name] })

  it.each([
    ['GET', {}, true],
    ['HEAD', {}, false],
    ['GET', { 'sec-purpose': 'prefetch;prerender' }, false],
    ['GET', { purpose: 'prefetch' }, false],
    ['GET', { 'x-purpose': 'preview' }, false],
    ['GET', { 'x-moz': 'prefetch' }, false],
    ['GET', { 'sec-gpc': '1' }, false],
    ['GET', { dnt: '1' }, false],
    ['GET', { dnt: '0' }, true],
  ] as const)('%s %j counts: %s', (method, headers, counts) => {
    expect(asked(method, headers)).toBe(counts)
  })
})

it('the picture is a GIF of one pixel', () => {
  expect(Buffer.from(pixel.subarray(0, 10)).toString('latin1')).toBe('GIF89a\x01\0\x01\0')
  expect(pixel.at(-1)).toBe(0x3b)
})

describe('hits', () => {
  const hit = {
    campaign: 'spring',
    tag,
    kind: 'click',
    link: 2,
    who: Uint8Array.of(1),
    whoInAll: Uint8Array.of(2),
  } as const

  it('are gathered, and written together by link, by day, and for the campaign', () => {
    const clock = handClock()
    const { ledger, groups } = memoryLedger()
    using counter = new HitCounter(
      () => ledger,
      clock,
      () => undefined,
    )
    counter.add(hit)
    counter.add(hit)
    counter.add({ ...hit, who: Uint8Array.of(3), whoInAll: Uint8Array.of(4) })
    clock.set(clock.now() + 86_400_000)
    counter.add({ ...hit, kind: 'open', link: 0 })
    expect(groups).toEqual([])
    clock.due()
    const day = '2026-11-25'
    expect(groups).toEqual([
      { campaign: 'spring', tag, kind: 'click', link: 2, day, count: 3, who: [Uint8Array.of(1), Uint8Array.of(3)] },
      { campaign: 'spring', tag, kind: 'click', link: 0, day, count: 3, who: [Uint8Array.of(2), Uint8Array.of(4)] },
      { campaign: 'spring', tag, kind: 'open', link: 0, day: '2026-11-26', count: 1, who: [Uint8Array.of(2)] },
    ])
    clock.due()
    expect(groups).toHaveLength(3)
  })

  it('are written at the end, and at once where there are many', () => {
    const { ledger, groups, count } = memoryLedger()
    {
      using counter = new HitCounter(
        () => ledger,
        handClock(),
        () => undefined,
      )
      for (let at = 0; at < 5_001; at++) counter.add(hit)
      expect(count('click', 2)).toBe(5_000)
      expect(groups[0]?.who).toHaveLength(1)
    }
    expect(count('click', 2)).toBe(5_001)
  })

  it('that cannot be written are told of and let go; nobody is kept waiting by them', async () => {
    const errors: unknown[] = []
    const clock = handClock()
    const full = new Error('disk full')
    const counter = new HitCounter(
      () => {
        throw full
      },
      clock,
      (error) => errors.push(error),
    )
    const { desk, linksOf } = createTracking()
    const token = pathOf(linksOf(1).clickUrl(1, 0)).slice(3)
    expect(await followClick(token, true, { ...desk, counter })).toMatchObject({ kind: 'target' })
    clock.due()
    expect(errors).toEqual([full])
    counter.flush()
    expect(errors).toHaveLength(1)
  })

  it('of somebody who was erased, or wants no more mail, are none; the link still leads on', async () => {
    const { desk, linksOf, count, counter } = createTracking({ erased: [1] })
    for (const id of [1, 2]) {
      const token = pathOf(linksOf(id, spring).clickUrl(1, 0)).slice(3)
      expect(await followClick(token, true, desk)).toMatchObject({ kind: 'target' })
    }
    counter.flush()
    expect(count('click', 1)).toBe(1)
  })
})
