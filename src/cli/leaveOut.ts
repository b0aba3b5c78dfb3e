import type { SuppressionList } from '../queue/index.ts'
import type { IncomingRow } from '../store/index.ts'

/** Rows that are looked up at once. */
const batch = 1_000

/** Passes rows on, but those of addresses that get no mail: of these only that there was one. */
export async function* leaveOut(
  rows: AsyncIterable<IncomingRow>,
  suppressions: Pick<SuppressionList, 'isSuppressed'>,
  list: string | undefined,
): AsyncGenerator<IncomingRow> {
  let some: IncomingRow[] = []
  for await (const row of rows) {
    some.push(row)
    if (some.length < batch) continue
    yield* await mark(some, suppressions, list)
    some = []
  }
  yield* await mark(some, suppressions, list)
}

async function mark(
  rows: readonly IncomingRow[],
  suppressions: Pick<SuppressionList, 'isSuppressed'>,
  list: string | undefined,
): Promise<readonly IncomingRow[]> {
  const keys = rows.flatMap((row) => (row.kind === 'recipient' ? [row.addressKey] : []))
  const known = await suppressions.isSuppressed(keys, list)
  if (known.size === 0) return rows
  return rows.map((row) => (row.kind === 'recipient' && known.has(row.addressKey) ? { kind: 'suppressed' } : row))
}
