import type { DuplicateKind } from './addressKey.ts'
import type { Recipient, Row } from './list.ts'
import { type Seen, createSeen } from './seen.ts'

/** A recipient whose address an earlier row has already. */
export interface Duplicate extends Omit<Recipient, 'kind'> {
  readonly kind: 'duplicate'
  readonly differs: DuplicateKind
  /** The line of the row that stays. */
  readonly first: number
}

/** Passes the rows on, a recipient that was seen before as `duplicate`. */
export async function* markDuplicates(rows: AsyncIterable<Row>, seen: Seen): AsyncGenerator<Row | Duplicate, void> {
  for await (const row of rows) {
    if (row.kind === 'invalid') {
      yield row
      continue
    }
    const known = seen.add(row.address, row.line)
    yield known ? { ...row, kind: 'duplicate', differs: known.differs, first: known.line } : row
  }
}

/** How many rows a list has of each kind. */
export interface ListCount {
  readonly recipient: number
  readonly invalid: number
  readonly duplicate: number
}

/** Counts the rows of a list without keeping them. */
export async function countRows(rows: AsyncIterable<Row>, seen: Seen = createSeen()): Promise<ListCount> {
  const count = { recipient: 0, invalid: 0, duplicate: 0 }
  for await (const row of markDuplicates(rows, seen)) count[row.kind]++
  return count
}
