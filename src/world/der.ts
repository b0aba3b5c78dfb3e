/** Writes the few ASN.1 types that a certificate is made of, in DER (ITU-T X.690). */

/** One element: tag, length, content. */
export function encode(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag]), encodeLength(body.length), body])
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Buffer.from([0x80 | bytes.length, ...bytes])
}

export function sequence(...content: readonly Uint8Array[]): Buffer {
  return encode(0x30, ...content)
}

/** An unsigned number, most significant byte first. */
export function integer(bytes: Uint8Array): Buffer {
  // A leading one bit would make it negative.
  return (bytes[0] ?? 0) >= 0x80 ? encode(0x02, Buffer.of(0), bytes) : encode(0x02, bytes)
}

export function bitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return encode(0x03, Buffer.of(unusedBits), bytes)
}

export function octetString(bytes: Uint8Array): Buffer {
  return encode(0x04, bytes)
}

export const nothing = encode(0x05)
export const yes = encode(0x01, Buffer.of(0xff))

/** An object identifier in dotted form. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return encode(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(encodeArc)]))
}

function encodeArc(arc: number): number[] {
  const bytes = [arc % 128]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(0x80 | (rest % 128))
  return bytes
}

export function utf8String(text: string): Buffer {
  return encode(0x0c, Buffer.from(text))
}

/** RFC 5280 4.1.2.5: UTCTime until 2049, GeneralizedTime from 2050, both to the second. */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
  return date.getUTCFullYear() < 2050 ? encode(0x17, Buffer.from(digits.slice(2))) : encode(0x18, Buffer.from(digits))
}
