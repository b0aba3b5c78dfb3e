import type { Mapping } from '../../list/index.ts'

/** A stored list, without its members. */
export interface StoredList {
  readonly id: number
  readonly name: string
  readonly columns: readonly string[]
  readonly mapping: Mapping
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly updatedAt: number
  /** The file that was imported last, and its SHA-256, hex. */
  readonly source: string
  readonly sourceSha256: string
  readonly revision: number
}

/** How an import changes a stored list. */
export interface Merge {
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  /** Members that the file does not have: kept, or with `replace` taken off the list. */
  readonly absent: number
}

export function readStored(row: Record<string, unknown>): StoredList {
  return {
    id: Number(row['id']),
    name: String(row['name']),
    // Both written by `SqliteLists.commit`.
    columns: JSON.parse(String(row['columns'])) as string[],
    mapping: JSON.parse(String(row['mapping'])) as Mapping,
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
    source: String(row['source']),
    sourceSha256: String(row['source_sha256']),
    revision: Number(row['revision']),
  }
}
