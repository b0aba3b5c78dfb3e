import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sentMessage } from '../../test/support/bounces.ts'
import { parseAddress } from '../smtp/index.ts'
import { keyName, openReturnPathKey, printReturnPath, printToken, readReturnPath, readReturnPathKey } from './index.ts'
import { type TokenSubject, isTokenOf, readToken } from './token.ts'

const key = randomBytes(32)
const print = (id: number, by = key): string => printToken(sentMessage({ id }), by)
/** The number that a token gives for who has this message and key. */
const open = (text: string, of: Partial<TokenSubject> = {}, by = key): number | undefined => {
  const token = readToken(text)
  return token && isTokenOf(token, sentMessage({ id: token.messageId, ...of }), by) ? token.messageId : undefined
}
const path = (bounces: string, id: number): string => printReturnPath(bounces, print(id))

describe('a token', () => {
  const ids = fc.oneof(fc.nat(300), fc.integer({ min: 1, max: 2 ** 48 - 1 })).map((id) => id || 1)

  it('gives its message back, in either case', () => {
    fc.assert(
      fc.property(ids, (id) => {
        const token = print(id)
        expect(token).toMatch(/^[a-z2-7]{18,26}$/)
        expect(open(token)).toBe(id)
        expect(open(token.toUpperCase())).toBe(id)
      }),
    )
  })

  it('is nothing once a letter is another', () => {
    fc.assert(
      fc.property(ids, fc.nat(25), fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'.split('')), (id, at, letter) => {
        const token = print(id)
        const changed = token.slice(0, at % token.length) + letter + token.slice((at % token.length) + 1)
        expect(open(changed)).toBe(changed === token ? id : undefined)
      }),
    )
  })

  it('is nothing with another key, or cut, or lengthened', () => {
    const token = print(7)
    expect(open(token, {}, randomBytes(32))).toBeUndefined()
    expect(open(token.slice(1))).toBeUndefined()
    expect(open(`${token}a`)).toBeUndefined()
    expect(open(`a${token}`)).toBeUndefined()
  })

  it('is of one recipient, campaign and digest: a number may come to mean another message', () => {
    const token = print(7)
    const { campaign, addressKey } = sentMessage()
    for (const other of [{ addressKey: 'bob@b.test' }, { campaign: 'autumn' }, { digest: 'e'.repeat(64) }, { id: 8 }])
      expect(open(token, other)).toBeUndefined()
    // Where one ends and the next begins counts.
    expect(open(token, { campaign: campaign + addressKey, addressKey: '' })).toBeUndefined()
  })

  it('is made for numbers of messages alone', () => {
    for (const id of [0, -1, 1.5, 2 ** 48, Number.NaN]) expect(() => print(id)).toThrow(RangeError)
  })

  it('never throws when read, whatever comes', () => {
    fc.assert(fc.property(fc.string(), (text) => open(text) === undefined))
  })
})

describe('a return path', () => {
  it('is an address that a mail server takes', () => {
    const printed = path('bounces@shop.example', 2 ** 48 - 1)
    expect(parseAddress(printed)).toMatchObject({ kind: 'address', domain: 'shop.example' })
    expect(readReturnPath(printed)?.messageId).toBe(2 ** 48 - 1)
    expect(readReturnPath(path(`${'a'.repeat(37)}@b.example`, 2 ** 48 - 1))?.messageId).toBe(2 ** 48 - 1)
    expect(readReturnPath(path('news+out@b.example', 5))).toEqual(readToken(print(5)))
  })

  it('is refused where there is no room, or no address', () => {
    for (const address of [`${'a'.repeat(38)}@b.example`, '"a b"@b.example', 'bounces', `bounces@${'b.'.repeat(110)}example`])
      expect(() => path(address, 1)).toThrow(expect.objectContaining({ code: 'SP_ADDRESS_INVALID' }))
  })

  it('of anything else is none', () => {
    for (const address of ['', '@', 'bounces@shop.example', 'bounces+x@shop.example', '+@', print(1)])
      expect(readReturnPath(address)).toBeUndefined()
  })
})

describe('the key', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  })
  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  it('is made once, for its owner alone', async () => {
    const data = join(folder, 'data')
    expect(await readReturnPathKey(data)).toBeUndefined()
    const made = await openReturnPathKey(data)
    expect(made).toHaveLength(32)
    expect((await stat(join(data, keyName))).mode & 0o777).toBe(0o600)
    expect(await openReturnPathKey(data)).toEqual(made)
    expect(await readdir(data)).toEqual([keyName])
  })

  it('is one key, whoever makes it at the same time', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => openReturnPathKey(folder)))
    expect(new Set(made.map((one) => one.toString('hex'))).size).toBe(1)
    expect(await readdir(folder)).toEqual([keyName])
  })

  it('is not made anew over what cannot be read, nor shown', async () => {
    await writeFile(join(folder, keyName), 'abcd\n')
    const refused = await openReturnPathKey(folder).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'SP_KEY_INVALID' })
    expect(String(refused)).not.toContain('abcd')
    expect(await readFile(join(folder, keyName), 'utf8')).toBe('abcd\n')
  })
})
