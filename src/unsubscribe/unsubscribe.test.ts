import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createServing, makeKeys, messages } from '../../test/support/serving.ts'
import { composeMessage } from '../mime/index.ts'
import { createUnsubscribeLink, findToken, openToken, printUnsubscribeToken } from './index.ts'
import { isTokenFor, readUnsubscribeToken } from './token.ts'

const keys = makeKeys()
const leaving = { messageId: 7, campaign: 'spring', list: 'news', addressKey: 'ada@a.test' }
const token = printUnsubscribeToken(leaving, keys)

describe('a token', () => {
  it('gives its message back, and names nobody', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.string(), fc.option(fc.string()), (messageId, campaign, list) => {
        const made = { campaign, list: list ?? undefined, addressKey: `${campaign}@a.test` }
        const one = printUnsubscribeToken({ messageId, ...made }, keys)
        expect(one).toMatch(/^[a-z2-7]{45}$/)
        const read = readUnsubscribeToken(one.toUpperCase(), keys)
        expect(read).toMatchObject({ kind: 'message', messageId })
        expect(read?.kind === 'message' && isTokenFor(read, made, keys)).toBe(true)
      }),
    )
  })

  it('is nothing once a letter is another, or the key', () => {
    fc.assert(
      fc.property(fc.nat(44), fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'.split('')), (at, letter) => {
        const changed = token.slice(0, at) + letter + token.slice(at + 1)
        expect(readUnsubscribeToken(changed, keys) === undefined).toBe(changed !== token)
      }),
    )
    expect(readUnsubscribeToken(token, makeKeys())).toBeUndefined()
  })

  it('never throws when read, whatever comes', () => {
    fc.assert(fc.property(fc.string(), (text) => readUnsubscribeToken(text, keys) === undefined))
  })

  it('outlives a new key, and ends with its own', () => {
    const both = { current: 2, all: new Map([...keys.all, [2, randomBytes(32)]]) }
    expect(readUnsubscribeToken(token, both)).toMatchObject({ messageId: 7 })
    expect(readUnsubscribeToken(printUnsubscribeToken(leaving, both), keys)).toBeUndefined()
    both.all.delete(1)
    expect(readUnsubscribeToken(token, both)).toBeUndefined()
  })

  it('is of one campaign, one list and one recipient, whoever has come to stand under its number', async () => {
    const read = readUnsubscribeToken(token, keys)
    const isFor = (different: Partial<typeof leaving> | { list: undefined }) =>
      read?.kind === 'message' && isTokenFor(read, { ...leaving, ...different }, keys)
    expect(isFor({})).toBe(true)
    for (const other of [{ campaign: 'winter' }, { list: 'offers' }, { list: undefined }, { addressKey: 'bob@a.test' }])
      expect([other, isFor(other)]).toEqual([other, false])
    // Where one ends and the next begins counts.
    expect(isFor({ list: 'new', addressKey: 'sada@a.test' })).toBe(false)
    expect(read?.kind === 'message' && isTokenFor(read, leaving, makeKeys())).toBe(false)
  })

  it('opens the message that it was made for', async () => {
    const { deps, token } = createServing()
    expect(await openToken(token(1), deps.desk)).toEqual({ kind: 'message', message: messages[0] })
    for (const other of [token(1, 'offers'), token(1, null), token(1, 'news', 'winter'), token(9)])
      expect(await openToken(other, deps.desk)).toEqual({ kind: 'none' })
  })
})

describe('the headers', () => {
  it('stand on one line each, and say both ways', async () => {
    const link = createUnsubscribeLink(leaving, { baseUrl: 'https://news.example.org', mailto: 'unsubscribe@example.org', keys })
    const mailbox = { address: 'a@example.org' }
    const raw = composeMessage({
      from: mailbox,
      to: mailbox,
      subject: 's',
      text: 't',
      date: 0,
      messageId: '<1@example.org>',
      headers: link.headers,
    })
    const lines = raw.toString().split('\r\n')
    expect(lines).toContain(
      `List-Unsubscribe: <https://news.example.org/u/${token}>, <mailto:unsubscribe@example.org?subject=unsubscribe%20${token}>`,
    )
    expect(lines).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
  })
})

describe('a mail that asks to be let go', () => {
  it.each([
    [[`<unsubscribe+${token}@shop.example>`], 'Hello'],
    [['shop@example.org', `Shop <news+unsubscribe+${token.toUpperCase()}@shop.example>`], ''],
    [[], `unsubscribe ${token}`],
    [[], `Re: Unsubscribe  ${token}`],
  ])('%j %j has its token', (to, subject) => {
    expect(findToken(to, subject)?.toLowerCase()).toBe(token)
  })

  it.each([
    [[], 'unsubscribe'],
    [[], token],
    [[`unsubscribe+${token}x@shop.example`], ''],
    [[`${token}@shop.example`], 'unsubscribe me'],
  ])('%j %j has none', (to, subject) => {
    expect(findToken(to, subject)).toBeUndefined()
  })
})
