import type { Address } from '../smtp/index.ts'
import type { Recipient, Row } from './list.ts'

/** Remembers keys: in memory for a list that fits, on disk for one that does not. */
export interface Seen {
  /** Whether `key` is new; from then on it is not. */
  add(key: string): boolean | Promise<boolean>
}

/** A recipient whose address an earlier row has already. */
export interface Duplicate extends Omit<Recipient, 'kind'> {
  readonly kind: 'duplicate'
}

/**
 * What makes two rows the same recipient: the whole address in lower case, without the quotes of a quoted local part.
 * RFC 5321 2.4 lets a host tell `Ada@` from `ada@`; none that marketers write to does, and a list that has both has one
 * person twice. Mail still goes to the address as the list writes it, that of the first row.
 */
export function addressKey(address: Address): string {
  const quoted = /^"(.*)"$/su.exec(address.local)?.[1]
  const local = quoted === undefined ? address.local : quoted.replace(/\\(.)/gsu, '$1')
  return `${local.normalize('NFC').toLowerCase()}@${address.domain}`
}

/** Remembers keys in memory, about 100 MB for a million. */
export function rememberInMemory(): Seen {
  const keys = new Set<string>()
  return {
    add: (key) => {
      const before = keys.size
      return keys.add(key).size > before
    },
  }
}

/** Passes the rows on, a recipient whose key was seen before as `duplicate`. */
export async function* markDuplicates(rows: AsyncIterable<Row>, seen: Seen): AsyncGenerator<Row | Duplicate, void> {
  for await (const row of rows) {
    if (row.kind === 'invalid') {
      yield row
      continue
    }
    const fresh = seen.add(addressKey(row.address))
    // Awaited only where there is something to wait for: a million rows feel the difference.
    const first = typeof fresh === 'boolean' ? fresh : await fresh
    yield first ? row : { ...row, kind: 'duplicate' }
  }
}

/** How many rows a list has of each kind. */
export interface ListCount {
  readonly recipient: number
  readonly invalid: number
  readonly duplicate: number
}

/** Counts the rows of a list without keeping them. */
export async function countRows(rows: AsyncIterable<Row>, seen: Seen = rememberInMemory()): Promise<ListCount> {
  const count = { recipient: 0, invalid: 0, duplicate: 0 }
  for await (const row of markDuplicates(rows, seen)) count[row.kind]++
  return count
}
