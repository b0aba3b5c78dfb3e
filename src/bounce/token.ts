import { createHmac, timingSafeEqual } from 'node:crypto'
import { decodeBase32, encodeBase32 } from '../base32.ts'

/** 80 bits: a forger who may send a thousand guesses a second for a year has one chance in ten million million. */
const macLength = 10

/**
 * A message of the queue, and who it went to. All of it is signed, as its number may come to mean another message: where the
 * queue was lost, and the same campaign is taken in anew from a list in another order.
 */
export interface TokenSubject {
  /** From 1, at most 2^48 - 1. */
  readonly id: number
  readonly campaign: string
  /** Of the frozen campaign. */
  readonly digest: string
  readonly addressKey: string
}

/** What a token says before its message is looked up: nothing is known of it yet. */
export interface ReturnToken {
  readonly messageId: number
  readonly mac: Uint8Array
}

/**
 * The number of a message, signed with all that it is: 18 to 26 characters of a to z and 2 to 7.
 *
 * @param key 32 octets, of the data folder
 */
export function printToken(message: TokenSubject, key: Uint8Array): string {
  return encodeBase32(Buffer.concat([encodeId(message.id), sign(message, key)]))
}

/** What has the form of a token; undefined where it has not. */
export function readToken(text: string): ReturnToken | undefined {
  const octets = /^[a-z2-7]{18,26}$/i.test(text) ? decodeBase32(text.toLowerCase()) : undefined
  if (octets === undefined || octets.length <= macLength || octets.length > macLength + 6 || octets[0] === 0) return undefined
  const length = octets.length - macLength
  return { messageId: octets.readUIntBE(0, length), mac: octets.subarray(length) }
}

/** Whether a token was made for this message, with this key. */
export function isTokenOf({ messageId, mac }: ReturnToken, message: TokenSubject, key: Uint8Array): boolean {
  return messageId === message.id && timingSafeEqual(mac, sign(message, key))
}

/** The first words keep what is signed here apart from all else that the key may sign one day. */
function sign({ id, campaign, digest, addressKey }: TokenSubject, key: Uint8Array): Buffer {
  const named = JSON.stringify([id, campaign, digest, addressKey])
  return createHmac('sha256', key).update('sealpost return path 2\0').update(named).digest().subarray(0, macLength)
}

/** Big-endian, without leading zeros: each message has one token. */
function encodeId(messageId: number): Buffer {
  if (!Number.isSafeInteger(messageId) || messageId < 1 || messageId >= 2 ** 48)
    throw new RangeError(`not the number of a message: ${messageId}`)
  const octets = Buffer.alloc(6)
  octets.writeUIntBE(messageId, 0, 6)
  return octets.subarray(octets.findIndex((octet) => octet !== 0))
}
