import { createHmac, timingSafeEqual } from 'node:crypto'
import { decodeBase32, encodeBase32 } from '../base32.ts'
import { type Keys, currentKey } from '../keys.ts'

/** What a token is about. */
export type UnsubscribeToken =
  /**
   * @param tag of the campaign, the list and the recipient that it was made for
   * @param key the number of the key that signed it
   */
  | { readonly kind: 'message'; readonly messageId: number; readonly tag: Uint8Array; readonly key: number }
  /** Unsubscribes nobody: whoever runs the server asks with it whether the links work. */
  | { readonly kind: 'self-test'; readonly nonce: number }

/** What a link leaves, and who. */
export interface Leaving {
  readonly messageId: number
  readonly campaign: string
  readonly list: string | undefined
  readonly addressKey: string
}

const kinds = ['message', 'self-test'] as const

/** Octets: the key's number, the kind, a number, 64 bits of HMAC-SHA-256 as a tag, 96 over all that. */
const layout = { number: 2, tag: 8, mac: 16, end: 28 } as const

/** 28 octets in base32: what fits into a path, before an @ and into a subject, and names nobody. */
export const tokenPattern = /^[a-z2-7]{45}$/i

/** The token of one message: who has the message may leave with it, and nothing else. */
export function printUnsubscribeToken({ messageId, ...leaving }: Leaving, keys: Keys): string {
  return print('message', messageId, tagOf(leaving, currentKey(keys)), keys)
}

/** @param nonce from 0, at most 2^48 - 1 */
export function printSelfTestToken(nonce: number, keys: Keys): string {
  return print('self-test', nonce, Buffer.alloc(layout.mac - layout.tag), keys)
}

/** What a token says; undefined where it is none, or was made with none of these keys. No look-up comes before this. */
export function readUnsubscribeToken(text: string, keys: Keys): UnsubscribeToken | undefined {
  const octets = tokenPattern.test(text) ? decodeBase32(text.toLowerCase()) : undefined
  if (octets?.length !== layout.end) return undefined
  const number = octets[0] ?? 0
  const key = keys.all.get(number)
  const kind = kinds[octets[1] ?? kinds.length]
  if (!key || !kind) return undefined
  if (!timingSafeEqual(octets.subarray(layout.mac), sign(octets.subarray(0, layout.mac), key))) return undefined
  const numbered = octets.readUIntBE(layout.number, 6)
  return kind === 'self-test'
    ? { kind, nonce: numbered }
    : { kind, messageId: numbered, tag: octets.subarray(layout.tag, layout.mac), key: number }
}

/**
 * Whether a token was made for this recipient, campaign and list. The number of a message may come to mean another one: where
 * the queue was lost, and the same campaign is taken in anew from a list in another order.
 */
export function isTokenFor(
  { tag, key }: Extract<UnsubscribeToken, { kind: 'message' }>,
  leaving: Omit<Leaving, 'messageId'>,
  keys: Keys,
): boolean {
  const secret = keys.all.get(key)
  return secret !== undefined && timingSafeEqual(tagOf(leaving, secret), tag)
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

/** Keyed, so that nobody can try addresses on a token. */
function tagOf({ campaign, list, addressKey }: Omit<Leaving, 'messageId'>, key: Uint8Array): Buffer {
  const named = JSON.stringify([campaign, list ?? null, addressKey])
  return createHmac('sha256', key)
    .update('sealpost unsubscribe recipient 2\0')
    .update(named)
    .digest()
    .subarray(0, layout.mac - layout.tag)
}

/** The first words keep what is signed here apart from all else that a key may sign one day. */
function sign(head: Buffer, key: Uint8Array): Buffer {
  return createHmac('sha256', key)
    .update('sealpost unsubscribe 2\0')
    .update(head)
    .digest()
    .subarray(0, layout.end - layout.mac)
}
