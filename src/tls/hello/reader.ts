/**
 * Reads numbers and vectors (RFC 8446 3) from bytes of a peer. What reaches over the end makes the reader fail for
 * good: it then gives zeros and empty buffers and has nothing left, so that loops end. Ask `whole` when done.
 */
export class ByteReader {
  readonly #bytes: Buffer
  #at = 0
  #failed = false

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Octets not yet read. */
  get left(): number {
    return this.#bytes.length - this.#at
  }

  /** Everything was there, and nothing is over. */
  get whole(): boolean {
    return !this.#failed && this.left === 0
  }

  get failed(): boolean {
    return this.#failed
  }

  uint8(): number {
    return this.#uint(1)
  }

  uint16(): number {
    return this.#uint(2)
  }

  uint24(): number {
    return this.#uint(3)
  }

  bytes(count: number): Buffer {
    if (count > this.left) {
      this.fail()
      return Buffer.alloc(0)
    }
    this.#at += count
    return this.#bytes.subarray(this.#at - count, this.#at)
  }

  /** A vector whose length takes so many octets. */
  vector(lengthOctets: 1 | 2 | 3): Buffer {
    return this.bytes(this.#uint(lengthOctets))
  }

  /** A vector of numbers of `octets` each. */
  numbers(lengthOctets: 1 | 2, octets: 1 | 2 | 3): number[] {
    return this.take(this.#uint(lengthOctets), octets)
  }

  /** Numbers of `octets` each that fill `length` octets. */
  take(length: number, octets: 1 | 2 | 3): number[] {
    const inner = new ByteReader(this.bytes(length))
    const numbers: number[] = []
    while (inner.left > 0) numbers.push(inner.#uint(octets))
    if (inner.failed) this.fail()
    return numbers
  }

  fail(): void {
    this.#failed = true
    this.#at = this.#bytes.length
  }

  #uint(octets: number): number {
    const bytes = this.bytes(octets)
    return bytes.length === octets ? bytes.readUIntBE(0, octets) : 0
  }
}
