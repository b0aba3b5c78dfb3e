/** The presentation language of TLS (RFC 8446 3), for writing: numbers, and vectors with their length in front. */
export function uint8(value: number): Buffer {
  return Buffer.of(value)
}

export function uint16(value: number): Buffer {
  return uint(2, value)
}

export function uint24(value: number): Buffer {
  return uint(3, value)
}

/** A list of numbers of two octets, without a length. */
export function uint16s(values: readonly number[]): Buffer {
  return Buffer.concat(values.map(uint16))
}

/** `opaque body<0..2^8-1>` for `lengthOctets` 1, and so on. A body too long for its length is our own fault and throws. */
export function vector(lengthOctets: 1 | 2 | 3, ...body: readonly Buffer[]): Buffer {
  const joined = Buffer.concat(body)
  return Buffer.concat([uint(lengthOctets, joined.length), joined])
}

function uint(octets: number, value: number): Buffer {
  const buffer = Buffer.alloc(octets)
  buffer.writeUIntBE(value, 0, octets)
  return buffer
}
