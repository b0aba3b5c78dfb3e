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

/** 32-bit words of an entry: two of the key's hash, the line, and two that hold 16 bits for each further form. */
const stride = 5
const pageEntries = 16_384

/**
 * Remembers recipients by 64-bit hashes under a key of this run, 28 MB for a million; a set of texts takes four times that.
 * That two of a million are taken for one is as likely as one in 30 million; that a duplicate is said to differ in something
 * else than it does, as one in 65,000.
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
    // Most addresses are the same in all forms.
    const third = untagged === key ? high : hash(untagged, one)
    const second = folded === untagged ? third : hash(folded, one)
    const first = exact === folded ? second : hash(exact, one)
    const mask = this.#index.length - 1
    let slot = low & mask
    for (let entry = this.#index[slot] ?? 0; entry > 0; entry = this.#index[slot] ?? 0) {
      const page = this.#page(entry - 1)
      const at = ((entry - 1) % pageEntries) * stride
      if (page[at] === high && page[at + 1] === low)
        return { differs: compare(page[at + 3] ?? 0, page[at + 4] ?? 0, first, second, third), line: page[at + 2] ?? 0 }
      slot = (slot + 1) & mask
    }
    const page = this.#page(this.#count)
    const at = (this.#count % pageEntries) * stride
    page[at] = high
    page[at + 1] = low
    page[at + 2] = line
    page[at + 3] = ((first & 0xffff) << 16) | (second & 0xffff)
    page[at + 4] = third & 0xffff
    this.#index[slot] = ++this.#count
    if (this.#count * 2 > this.#index.length) this.#grow()
    return undefined
  }

  #page(entry: number): Uint32Array {
    const number = Math.floor(entry / pageEntries)
    return (this.#pages[number] ??= new Uint32Array(pageEntries * stride))
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

/** @param known the 16 bits of each form of the earlier address: exact and folded, untagged */
function compare(known: number, knownUntagged: number, exact: number, folded: number, untagged: number): DuplicateKind {
  if (known >>> 16 === (exact & 0xffff)) return 'exact'
  if ((known & 0xffff) === (folded & 0xffff)) return 'case'
  return knownUntagged === (untagged & 0xffff) ? 'tag' : 'dots'
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
