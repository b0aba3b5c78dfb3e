import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { decodeBase32, encodeBase32 } from '../base32.ts'
import { type Keys, currentKey } from '../keys.ts'

/** What a token is about. */
export type UnsubscribeToken =
  /** @param tag of the campaign and the list that it was made for */
  | { readonly kind: 'message'; readonly messageId: number; readonly tag: string }
  /** Unsubscribes nobody: whoever runs the server asks with it whether the links work. */
  | { readonly kind: 'self-test'; readonly nonce: number }

/** What a link leaves. */
export interface Leaving {
  readonly messageId: number
  readonly campaign: string
  readonly list: string | undefined
}

const kinds = ['message', 'self-test'] as const

/** Octets: the key's number, the kind, a number, the tag, 128 bits of HMAC-SHA-256. */
const layout = { number: 2, tag: 8, mac: 12, end: 28 } as const

/** 28 octets in base32: what fits into a path, before an @ and into a subject, and names nobody. */
export const tokenPattern = /^[a-z2-7]{45}$/i

/** The token of one message: who has the message may leave with it, and nothing else. */
export function printUnsubscribeToken({ messageId, campaign, list }: Leaving, keys: Keys): string {
  return print('message', messageId, tagOf(campaign, list), keys)
}

/** @param nonce from 0, at most 2^48 - 1 */
export function printSelfTestToken(nonce: number, keys: Keys): string {
  return print('self-test', nonce, Buffer.alloc(4), keys)
}

/** What a token says; undefined where it is none, or was made with none of these keys. No look-up comes before this. */
export function readUnsubscribeToken(text: string, keys: Keys): UnsubscribeToken | undefined {
  const octets = tokenPattern.test(text) ? decodeBase32(text.toLowerCase()) : undefined
  if (octets?.length !== layout.end) return undefined
  const key = keys.all.get(octets[0] ?? 0)
  const kind = kinds[octets[1] ?? kinds.length]
  if (!key || !kind) return undefined
  if (!timingSafeEqual(octets.subarray(layout.mac), sign(octets.subarray(0, layout.mac), key))) return undefined
  const number = octets.readUIntBE(layout.number, 6)
  return kind === 'self-test'
    ? { kind, nonce: number }
    : { kind, messageId: number, tag: octets.toString('hex', layout.tag, layout.mac) }
}

/** Whether a token was made for this campaign and list: the number of a message may come to mean another one. */
export function isTokenFor({ tag }: { readonly tag: string }, campaign: string, list: string | undefined): boolean {
  return tagOf(campaign, list).toString('hex') === tag
}

/** What only a server with the same key can answer to a self-test. */
export function answerSelfTest(token: string, keys: Keys): string {
  return createHmac('sha256', currentKey(keys)).update('sealpost unsubscribe answer 1\0').update(token).digest('hex')
}

function print(kind: (typeof kinds)[number], number: number, tag: Buffer, keys: Keys): string {
  if (!Number.isSafeInteger(number) || number < 0 || number >= 2 ** 48)
    throw new RangeError(`not a number for a token: ${number}`)
  const head = Buffer.alloc(layout.mac)
  head[0] = keys.current
  head[1] = kinds.indexOf(kind)
  head.writeUIntBE(number, layout.number, 6)
  tag.copy(head, layout.tag)
  return encodeBase32(Buffer.concat([head, sign(head, currentKey(keys))]))
}

function tagOf(campaign: string, list: string | undefined): Buffer {
  return createHash('sha256')
    .update(`${campaign}\0${list ?? ''}`)
    .digest()
    .subarray(0, 4)
}

/** The first words keep what is signed here apart from all else that a key may sign one day. */
function sign(head: Buffer, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update('sealpost unsubscribe 1\0').update(head).digest().subarray(0, 16)
}
