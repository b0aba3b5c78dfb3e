/** What a parser gives instead of its result. */
export interface Malformed {
  readonly kind: 'malformed'
  readonly why: string
}

export function malformed(why: string): Malformed {
  return { kind: 'malformed', why }
}

/** No honest note or proof comes near. A note may have post-quantum signatures of 5 kB each. */
const maxTextOctets = 1_000_000

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of octets from anywhere: UTF-8, no control characters but the line feed, within bounds. */
export function readText(input: Uint8Array | string): string | Malformed {
  // A character has one octet at the least: what is too long in characters is so in octets.
  if (input.length > maxTextOctets) return malformed(`it is longer than ${maxTextOctets} octets`)
  let text: string
  if (typeof input === 'string') {
    if (!input.isWellFormed() || Buffer.byteLength(input) > maxTextOctets) return malformed('it is too long, or not UTF-8')
    text = input
  } else {
    try {
      text = utf8.decode(input)
    } catch {
      return malformed('it is not UTF-8')
    }
  }
  return /[\0-\x09\x0b-\x1f]/.test(text) ? malformed('it holds a control character') : text
}

/** RFC 4648 4, and only in the one form that encoding gives (3.5): undefined for anything else. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const octets = Buffer.from(text, 'base64')
  return octets.toString('base64') === text ? octets : undefined
}

export function encodeBase64(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('base64')
}

/** A decimal number without leading zeros, up to 2^53 - 1; undefined for anything else. */
export function parseDecimal(text: string): number | undefined {
  if (!/^(?:0|[1-9]\d{0,15})$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}
