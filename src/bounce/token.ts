import { createHmac, timingSafeEqual } from 'node:crypto'
import { decodeBase32, encodeBase32 } from '../base32.ts'

/** 80 bits: a forger who may send a thousand guesses a second for a year has one chance in ten million million. */
const macLength = 10

/**
 * Which message of the queue, signed: 18 to 26 characters of a to z and 2 to 7.
 *
 * @param messageId from 1, at most 2^48 - 1
 * @param key 32 octets, of the data folder
 */
export function printToken(messageId: number, key: Uint8Array): string {
  const id = encodeId(messageId)
  return encodeBase32(Buffer.concat([id, sign(id, key)]))
}

/** The message that a token names; undefined where it is none, or was not made with this key. */
export function readToken(text: string, key: Uint8Array): number | undefined {
  const octets = /^[a-z2-7]{18,26}$/i.test(text) ? decodeBase32(text.toLowerCase()) : undefined
  if (octets === undefined || octets.length <= macLength || octets.length > macLength + 6 || octets[0] === 0) return undefined
  const id = octets.subarray(0, octets.length - macLength)
  const given = octets.subarray(octets.length - macLength)
  return timingSafeEqual(given, sign(id, key)) ? id.readUIntBE(0, id.length) : undefined
}

/** The first words keep what is signed here apart from all else that the key may sign one day. */
function sign(id: Buffer, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update('sealpost return path 1\0').update(id).digest().subarray(0, macLength)
}

/** Big-endian, without leading zeros: each message has one token. */
function encodeId(messageId: number): Buffer {
  if (!Number.isSafeInteger(messageId) || messageId < 1 || messageId >= 2 ** 48)
    throw new RangeError(`not the number of a message: ${messageId}`)
  const octets = Buffer.alloc(6)
  octets.writeUIntBE(messageId, 0, 6)
  return octets.subarray(octets.findIndex((octet) => octet !== 0))
}
