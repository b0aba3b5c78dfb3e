import { randomBytes } from 'node:crypto'
import type { Address } from '../smtp/index.ts'
import { type DuplicateKind, formsOf } from './addressKey.ts'

/** Remembers recipients. */
export interface Seen {
  /** What an address has in common with one that was added before; undefined where it is new, and from then on it is not. */
  add(address: Address, line: number): Known | undefined
}

export interface Known {
  readonly differs: DuplicateKind
  /** Of the first row with this recipient. */
  readonly line: number
}

/** 32-bit words of an entry: two of the key's hash, one for each further form, the line. */
const stride = 6
const pageEntries = 16_384

/**
 * Remembers recipients by 64-bit hashes under a key of this run, 32 MB for a million; a set of texts takes four times that.
 * That two of a million are taken for one is as likely as one in 30 million.
 */
export function createSeen(): Seen {
  return new HashedSeen()
}

class HashedSeen implements Seen {
  // Nobody who writes a list knows the seeds, so that nobody can make two addresses fall on one hash.
  readonly #seeds = new Int32Array(new Uint8Array(randomBytes(8)).buffer)
  readonly #pages: Uint32Array[] = []
  /** Number of an entry plus one; a power of two long. */
  #index = new Uint32Array(1 << 12)
  #count = 0

  add(address: Address, line: number): Known | undefined {
    const [key, untagged, folded, exact] = formsOf(address)
    const [one = 0, two = 0] = this.#seeds
    const high = hash(key, one)
    const low = hash(key, two)
    const mask = this.#index.length - 1
    let slot = low & mask
    for (let entry = this.#index[slot] ?? 0; entry > 0; entry = this.#index[slot] ?? 0) {
      const known = this.#entry(entry - 1)
      if (known[0] === high && known[1] === low)
        return { differs: this.#compare(known, untagged, folded, exact), line: known[5] ?? 0 }
      slot = (slot + 1) & mask
    }
    this.#index[slot] = this.#append([high, low, hash(untagged, one), hash(folded, one), hash(exact, one), line])
    if (this.#count * 2 > this.#index.length) this.#grow()
    return undefined
  }

  #compare(known: Uint32Array, untagged: string, folded: string, exact: string): DuplicateKind {
    const [one = 0] = this.#seeds
    if (known[4] === hash(exact, one)) return 'exact'
    if (known[3] === hash(folded, one)) return 'case'
    return known[2] === hash(untagged, one) ? 'tag' : 'dots'
  }

  #entry(number: number): Uint32Array {
    const at = (number % pageEntries) * stride
    return this.#page(number).subarray(at, at + stride)
  }

  #page(number: number): Uint32Array {
    const index = Math.floor(number / pageEntries)
    return (this.#pages[index] ??= new Uint32Array(pageEntries * stride))
  }

  #append(words: readonly number[]): number {
    this.#page(this.#count).set(words, (this.#count % pageEntries) * stride)
    return ++this.#count
  }

  #grow(): void {
    const larger = new Uint32Array(this.#index.length * 2)
    const mask = larger.length - 1
    for (let entry = 1; entry <= this.#count; entry++) {
      let slot = (this.#page(entry - 1)[((entry - 1) % pageEntries) * stride + 1] ?? 0) & mask
      while (larger[slot] !== 0) slot = (slot + 1) & mask
      larger[slot] = entry
    }
    this.#index = larger
  }
}

/** MurmurHash3 (x86, 32 bits) over UTF-16 code units, unsigned. */
function hash(text: string, seed: number): number {
  let state = seed
  for (let at = 0; at < text.length; at++) {
    let unit = Math.imul(text.charCodeAt(at), 0xcc9e2d51)
    unit = (unit << 15) | (unit >>> 17)
    state ^= Math.imul(unit, 0x1b873593)
    state = (state << 13) | (state >>> 19)
    state = (Math.imul(state, 5) + 0xe6546b64) | 0
  }
  state ^= text.length
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
  return (state ^ (state >>> 16)) >>> 0
}
