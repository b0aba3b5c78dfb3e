/** RFC 4648 6 in lower case and without padding: local parts are lower-cased on the way at times, and base32 outlives that. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

export function encodeBase32(octets: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const octet of octets) {
    value = ((value << 8) | octet) & 0xfff
    bits += 8
    for (; bits >= 5; bits -= 5) text += alphabet[(value >>> (bits - 5)) & 31]
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text
}

/** Undefined where the text is no base32, or another spelling of what `encodeBase32` writes. */
export function decodeBase32(text: string): Buffer | undefined {
  if (!/^[a-z2-7]*$/.test(text)) return undefined
  const octets: number[] = []
  let bits = 0
  let value = 0
  for (const char of text) {
    value = ((value << 5) | alphabet.indexOf(char)) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      octets.push((value >>> bits) & 255)
    }
  }
  const decoded = Buffer.from(octets)
  // Other letters at the end could mean the same octets: one token, one spelling.
  return encodeBase32(decoded) === text ? decoded : undefined
}
