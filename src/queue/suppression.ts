/** Why an address gets no more mail. The first such row of an address and a reason stays; an address may have several. */
export const suppressionReasons = ['bounce', 'complaint', 'unsubscribe', 'manual', 'import'] as const

export type SuppressionReason = (typeof suppressionReasons)[number]

/** An address that gets no more mail, and who said so. */
export interface Suppression {
  /** Equal for addresses that count as the same (`list/addressKey`). */
  readonly addressKey: string
  readonly reason: SuppressionReason
  /** Where it was learnt: a file, a mailbox, a command; shown to people, so escaped where it comes from outside. */
  readonly source: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** The campaign it was learnt from, where that is known. It counts for all of them. */
  readonly campaign: string | undefined
  /** What was said, escaped: the diagnostic of a bounce, say. */
  readonly detail: string
}

/** Addresses that get no more mail, whatever the campaign. Every call is durable when it resolves. */
export interface SuppressionList {
  /** Adds to the list, all or none; how many were new. What is there already is left as it is. */
  suppress(rows: readonly Suppression[]): Promise<number>
  /** Takes addresses off the list again, whatever the reason they were on it; how many rows that were. */
  unsuppress(addressKeys: readonly string[]): Promise<number>
  /** Those of these that are on the list. */
  isSuppressed(addressKeys: readonly string[]): Promise<ReadonlySet<string>>
  /** The whole list, in order of address and reason, read a page at a time. */
  suppressions(): AsyncIterable<Suppression>
}
