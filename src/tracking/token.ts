import { type KeyObject, createHash, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { type Keys, currentKey } from '../keys.ts'

/** What a token says was done, by whose message, of which campaign. Nothing in it names a person. */
export interface TrackingToken {
  readonly kind: TokenKind
  readonly messageId: number
  /** Of the campaign, hexadecimal. */
  readonly tag: string
  /** Of the recipient in this campaign (`personOf`): the number of a message may come to mean another one. */
  readonly person: Uint8Array
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

/** Octets: the key's number, the kind, the message, the tags of campaign and recipient, link, occurrence, 96 bits of HMAC-SHA-256. */
const layout = { kind: 1, message: 2, tag: 8, person: 16, link: 23, occurrence: 25, mac: 27, end: 39 } as const

/** 39 octets in base64url (RFC 4648 5): no bits are left over, so that a token has one spelling. */
const tokenPattern = /^[A-Za-z0-9_-]{52}$/

/** The campaign that messages are of: by content, as the same name may come to mean another one. */
export function tagOf(campaign: string, digest: string): string {
  return createHash('sha256').update(`${campaign}\0${digest}`).digest('hex').slice(0, 16)
}

/** Keeps what is signed apart from all else that the key is used for. */
const purposes = { link: Buffer.from('sealpost tracking 2\0'), person: Buffer.from('sealpost tracking recipient 2\0') } as const

/**
 * A recipient of one campaign, in 56 bits of HMAC-SHA-256: another one in each campaign, and nobody's without the key.
 *
 * @param tag of the campaign
 */
export function personOf(tag: string, addressKey: string, key: Uint8Array): Uint8Array {
  const named = `${tag}\0${addressKey}`
  return sign(purposes.person, Buffer.from(named), key, layout.link - layout.person)
}

/** Whether a token was made for this recipient. */
export function isPersonOf({ tag, person, key }: TrackingToken, addressKey: string, keys: Keys): boolean {
  const secret = keys.all.get(key)
  return secret !== undefined && timingSafeEqual(personOf(tag, addressKey, secret), person)
}

/** A message whose links are signed. */
export interface SignedMessage {
  readonly messageId: number
  /** Of its campaign (`tagOf`), which is the same for all of them. */
  readonly tag: string
  readonly addressKey: string
}

/** Prints tokens of one message: what they share is written once. */
export function createTokenPrinter({ messageId, tag, addressKey }: SignedMessage, keys: Keys) {
  if (!Number.isSafeInteger(messageId) || messageId < 0 || messageId >= 2 ** 48)
    throw new RangeError(`not a number for a token: ${messageId}`)
  const octets = Buffer.alloc(layout.end)
  const head = octets.subarray(0, layout.mac)
  const key = currentKey(keys)
  head[0] = keys.current
  head.writeUIntBE(messageId, layout.message, 6)
  head.write(tag, layout.tag, 'hex')
  head.set(personOf(tag, addressKey, key), layout.person)
  return (kind: TokenKind, link: number, occurrence: number): string => {
    head[layout.kind] = kinds.indexOf(kind)
    head.writeUInt16BE(link, layout.link)
    head.writeUInt16BE(occurrence, layout.occurrence)
    octets.set(signLink(head, key), layout.mac)
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
  if (!timingSafeEqual(octets.subarray(layout.mac), signLink(head, key))) return undefined
  return {
    kind,
    messageId: head.readUIntBE(layout.message, 6),
    tag: head.toString('hex', layout.tag, layout.person),
    person: head.subarray(layout.person, layout.link),
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

function signLink(head: Uint8Array, key: Uint8Array): Buffer {
  return sign(purposes.link, head, key, layout.end - layout.mac)
}

function sign(purpose: Uint8Array, octets: Uint8Array, key: Uint8Array, length: number): Buffer {
  return createHmac('sha256', prepare(key)).update(purpose).update(octets).digest().subarray(0, length)
}
