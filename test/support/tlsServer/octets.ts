/** Numbers and vectors as TLS writes them (RFC 8446 3): big-endian, a vector with its length before it. */
export function number(value: number, octets: 1 | 2 | 3): Buffer {
  const bytes = Buffer.alloc(octets)
  bytes.writeUIntBE(value, 0, octets)
  return bytes
}

/** `lengthOctets` octets of length, then what is joined of `parts`. */
export function vector(lengthOctets: 1 | 2 | 3, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([number(body.length, lengthOctets), body])
}

/** Thrown within this folder where a client's message breaks the rules; never leaves `speakTls`. */
export class Malformed extends Error {
  /** The alert it earns: decode_error, unless more is known. */
  readonly alert: number

  constructor(why: string, alert = 50) {
    super(why)
    this.alert = alert
  }
}

/** Reads what a client sent, to the last octet. */
export class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  take(octets: number, what: string): Buffer {
    if (octets > this.left) throw new Malformed(`${what}: ${octets} octets wanted, ${this.left} there`)
    return this.#bytes.subarray(this.#at, (this.#at += octets))
  }

  number(octets: 1 | 2 | 3, what: string): number {
    return this.take(octets, what).readUIntBE(0, octets)
  }

  vector(lengthOctets: 1 | 2 | 3, what: string): Buffer {
    return this.take(this.number(lengthOctets, what), what)
  }

  /** A vector of numbers, each of `octets`. */
  numbers(lengthOctets: 1 | 2, octets: 1 | 2 | 3, what: string): number[] {
    return splitNumbers(this.vector(lengthOctets, what), octets, what)
  }

  end(what: string): void {
    if (this.left > 0) throw new Malformed(`${what}: ${this.left} octets too many`)
  }
}

export function splitNumbers(bytes: Buffer, octets: 1 | 2 | 3, what: string): number[] {
  if (bytes.length % octets !== 0) throw new Malformed(`${what}: ${bytes.length} octets are no multiple of ${octets}`)
  return Array.from({ length: bytes.length / octets }, (_, index) => bytes.readUIntBE(index * octets, octets))
}
