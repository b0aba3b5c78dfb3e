import { hash, randomBytes } from 'node:crypto'

/** RFC 3161 2.4.1: a question to a time-stamping authority. */
export interface TimestampRequest {
  readonly der: Uint8Array
  readonly nonce: bigint
}

/** SHA-256, with NULL parameters as most authorities expect them (RFC 5754 2). */
const sha256 = Buffer.from('300d06096086480165030402010500', 'hex')

const nonceOctets = 8

/** Asks for a time-stamp over a text, with the authority's certificates in the answer. */
export function makeTimestampRequest(text: string): TimestampRequest {
  // Positive, and never with a zero in front: one way to spell it in DER.
  const nonce = randomBytes(nonceOctets)
  nonce[0] = ((nonce[0] ?? 0) & 0x7f) | 0x40
  return { der: encodeRequest(text, nonce), nonce: nonce.readBigUInt64BE() }
}

/** The nonce of such a question, where it is one of ours over this text. */
export function readTimestampNonce(der: Uint8Array, text: string): bigint | undefined {
  // Behind it stands certReq alone.
  const nonce = Buffer.from(der.subarray(-3 - nonceOctets, -3))
  return nonce.length === nonceOctets && encodeRequest(text, nonce).equals(der) ? nonce.readBigUInt64BE() : undefined
}

function encodeRequest(text: string, nonce: Uint8Array): Buffer {
  const imprint = sequence(sha256, encode(0x04, hash('sha256', text, 'buffer')))
  return sequence(Buffer.from('020101', 'hex'), imprint, encode(0x02, nonce), Buffer.from('0101ff', 'hex'))
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return encode(0x30, Buffer.concat(parts))
}

/** All that is written here is short. */
function encode(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag, content.length]), content])
}
