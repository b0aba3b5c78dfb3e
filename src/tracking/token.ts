import { type KeyObject, createHash, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { type Keys, currentKey } from '../keys.ts'

/** What a token says was done, by whose message, of which campaign. Nothing in it names a person. */
export interface TrackingToken {
  readonly kind: TokenKind
  readonly messageId: number
  /** Of the campaign, hexadecimal. */
  readonly tag: string
  /** From 1, by the campaign's table of links; 0 for all that is no click. */
  readonly link: number
  /** Which time a link with values in it was written into the message, from 0. */
  readonly occurrence: number
  /** Which key signed it. */
  readonly key: number
}

export type HitKind = 'click' | 'open'

/** With `withdraw` a reader says that he wants to be counted no more. */
type TokenKind = HitKind | 'withdraw'

const kinds: readonly TokenKind[] = ['click', 'open', 'withdraw']

/** Octets: the key's number, the kind, the message, the campaign's tag, link, occurrence, 128 bits of HMAC-SHA-256. */
const layout = { kind: 1, message: 2, tag: 8, link: 16, occurrence: 18, mac: 20, end: 36 } as const

/** 36 octets in base64url (RFC 4648 5): no bits are left over, so that a token has one spelling. */
const tokenPattern = /^[A-Za-z0-9_-]{48}$/

/** The campaign that messages are of: by content, as the same name may come to mean another one. */
export function tagOf(campaign: string, digest: string): string {
  return createHash('sha256').update(`${campaign}\0${digest}`).digest('hex').slice(0, 16)
}

/** Prints tokens of one message: what they share is written once. */
export function createTokenPrinter({ messageId, tag }: { readonly messageId: number; readonly tag: string }, keys: Keys) {
  if (!Number.isSafeInteger(messageId) || messageId < 0 || messageId >= 2 ** 48)
    throw new RangeError(`not a number for a token: ${messageId}`)
  const octets = Buffer.alloc(layout.end)
  const head = octets.subarray(0, layout.mac)
  const key = currentKey(keys)
  head[0] = keys.current
  head.writeUIntBE(messageId, layout.message, 6)
  head.write(tag, layout.tag, 'hex')
  return (kind: TokenKind, link: number, occurrence: number): string => {
    head[layout.kind] = kinds.indexOf(kind)
    head.writeUInt16BE(link, layout.link)
    head.writeUInt16BE(occurrence, layout.occurrence)
    octets.set(sign(head, key), layout.mac)
    return octets.toString('base64url')
  }
}

/** What a token says; undefined where it is none, or was made with none of these keys. No look-up comes before this. */
export function readTrackingToken(text: string, keys: Keys): TrackingToken | undefined {
  if (!tokenPattern.test(text)) return undefined
  const octets = Buffer.from(text, 'base64url')
  const number = octets[0] ?? 0
  const key = keys.all.get(number)
  const kind = kinds[octets[layout.kind] ?? kinds.length]
  if (octets.length !== layout.end || !key || !kind) return undefined
  const head = octets.subarray(0, layout.mac)
  if (!timingSafeEqual(octets.subarray(layout.mac), sign(head, key))) return undefined
  return {
    kind,
    messageId: head.readUIntBE(layout.message, 6),
    tag: head.toString('hex', layout.tag, layout.link),
    link: head.readUInt16BE(layout.link),
    occurrence: head.readUInt16BE(layout.occurrence),
    key: number,
  }
}

const prepared = new WeakMap<Uint8Array, KeyObject>()

/** The key as node:crypto wants it; made once, as that takes five times as long as to sign a link. */
function prepare(key: Uint8Array): KeyObject {
  const known = prepared.get(key) ?? createSecretKey(key)
  prepared.set(key, known)
  return known
}

/** Keeps what is signed here apart from all else that the key is used for. */
const purpose = Buffer.from('sealpost tracking 1\0')

function sign(head: Uint8Array, key: Uint8Array): Buffer {
  return createHmac('sha256', prepare(key)).update(purpose).update(head).digest().subarray(0, 16)
}
