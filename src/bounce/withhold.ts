import type { SuppressionList } from '../queue/index.ts'
import type { BounceLedger, BounceNote } from './ledger.ts'

/**
 * A ledger and a list that are read from and never written to: what would be written is kept in memory, so that a dry run
 * says of each message what a real one would do.
 *
 * @param ledger undefined where nothing was read yet
 */
export function withholdWrites(ledger: BounceLedger | undefined): {
  readonly ledger: BounceLedger
  readonly suppressions: Pick<SuppressionList, 'suppress'>
} {
  const read = new Set<string>()
  const notes: BounceNote[] = []
  return {
    ledger: {
      wasRead: async (digest) => read.has(digest) || ledger?.wasRead(digest) || false,
      softBounces: async (addressKey) => {
        const before = (await ledger?.softBounces(addressKey)) ?? []
        const known = new Set(before.map(({ messageId }) => messageId))
        const fresh = notes.filter(
          (note) => note.weight === 'soft' && note.addressKey === addressKey && !known.has(note.messageId),
        )
        return [...before, ...new Map(fresh.toReversed().map((note) => [note.messageId, note])).values()]
      },
      record: async (digest, _, note) => {
        read.add(digest)
        if (note) notes.push(note)
      },
    },
    suppressions: { suppress: async (rows) => rows.length },
  }
}
