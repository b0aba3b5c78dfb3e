import { type Buffer as NodeBuffer } from 'node:buffer'
import { hashInto, hashOctets } from './hash.ts'
import { tileWidth } from './tile.ts'

/** C2SP tlog-tiles: the length before an entry has two octets. */
export const maxEntryOctets = 65_535
/** A full bundle of the longest entries. */
export const maxBundleOctets = tileWidth * (2 + maxEntryOctets)

/** Collects entries in the form of a bundle, and hashes each. */
export class BundleBuilder {
  #octets: NodeBuffer = Buffer.allocUnsafe(1 << 14)
  #length = 0
  #width = 0

  get width(): number {
    return this.#width
  }

  get length(): number {
    return this.#length
  }

  /** Takes a copy of an entry and writes the hash of its leaf into `target`. */
  append(entry: Uint8Array, target: NodeBuffer, at: number): void {
    if (entry.length > maxEntryOctets) throw new RangeError(`an entry of ${entry.length} octets`)
    const end = this.#length + 2 + entry.length
    if (end > this.#octets.length) this.#grow(end)
    const octets = this.#octets
    octets.set(entry, this.#length + 2)
    // The octet before the entry is lent to the 0x00 that a leaf is hashed with (RFC 9162 2.1.1): nothing is copied twice.
    octets[this.#length + 1] = 0
    hashInto(target, at, octets.subarray(this.#length + 1, end))
    octets.writeUInt16BE(entry.length, this.#length)
    this.#length = end
    this.#width += 1
  }

  /** A copy of what stands in the bundle so far. */
  copy(): Uint8Array {
    return Buffer.from(this.#octets.subarray(0, this.#length))
  }

  clear(): void {
    this.#length = 0
    this.#width = 0
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafe(Math.min(Math.max(least, this.#octets.length * 2), maxBundleOctets))
    this.#octets.copy(larger, 0, 0, this.#length)
    this.#octets = larger
  }
}

/** The entries of a bundle, or why it is none. */
export type BundleRead =
  | { readonly kind: 'entries'; readonly entries: readonly Uint8Array[] }
  | { readonly kind: 'malformed'; readonly why: string }

/** Reads a bundle of exactly `width` entries; they share the memory of the bundle. */
export function readBundle(bundle: Uint8Array, width: number): BundleRead {
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bundle.length && entries.length < width) {
    const begin = at + 2
    const end = begin + ((bundle[at] ?? 0) << 8) + (bundle[at + 1] ?? 0)
    if (begin > bundle.length || end > bundle.length) {
      return { kind: 'malformed', why: `it ends within its entry ${entries.length + 1} of ${width}` }
    }
    entries.push(bundle.subarray(begin, end))
    at = end
  }
  if (entries.length < width) return { kind: 'malformed', why: `it holds ${entries.length} entries and should hold ${width}` }
  if (at < bundle.length) return { kind: 'malformed', why: `${bundle.length - at} octets stand after its ${width} entries` }
  return { kind: 'entries', entries }
}

const message = Buffer.alloc(1 + maxEntryOctets)

/** The hashes of a bundle's entries in a row, as a tile of level 0 holds them. */
export function hashEntries(entries: readonly Uint8Array[]): Uint8Array {
  const row = Buffer.allocUnsafe(entries.length * hashOctets)
  for (const [place, entry] of entries.entries()) {
    message.set(entry, 1)
    hashInto(row, place * hashOctets, message.subarray(0, 1 + entry.length))
  }
  return row
}
