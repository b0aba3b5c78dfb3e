/** RFC 4648 4 or 5 (without padding), and only in the one form that encoding gives (3.5): undefined for anything else. */
export function decodeBase64(text: string, alphabet: 'base64' | 'base64url' = 'base64'): Uint8Array<ArrayBuffer> | undefined {
  let octets: Uint8Array<ArrayBuffer>
  try {
    const plain = alphabet === 'base64' ? text : text.replaceAll('-', '+').replaceAll('_', '/')
    octets = Uint8Array.from(atob(plain), (letter) => letter.charCodeAt(0))
  } catch {
    return undefined
  }
  return encodeBase64(octets, alphabet) === text ? octets : undefined
}

export function encodeBase64(octets: Uint8Array, alphabet: 'base64' | 'base64url' = 'base64'): string {
  let letters = ''
  for (const octet of octets) letters += String.fromCharCode(octet)
  const base64 = btoa(letters)
  return alphabet === 'base64' ? base64 : base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

export function printHex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('')
}

/** The octets of a text in UTF-8. It must be well formed: what is not would be given as something else. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

/** A decimal number without leading zeros, up to 2^53 - 1; undefined for anything else. */
export function parseDecimal(text: string): number | undefined {
  const value = /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(value) ? value : undefined
}
