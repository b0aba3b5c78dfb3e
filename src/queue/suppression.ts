/** Why an address gets no more mail. The first such row of an address, a list and a reason stays; there may be several. */
export const suppressionReasons = ['bounce', 'complaint', 'unsubscribe', 'manual', 'import'] as const

export type SuppressionReason = (typeof suppressionReasons)[number]

/** An address that gets no more mail, and who said so. */
export interface Suppression {
  /**
   * Equal for addresses that count as the same (`list/addressKey`). Where an import told no more: `sha256:` and the hash of
   * that, hex.
   */
  readonly addressKey: string
  /** The mail that it gets no more of; undefined for all mail. */
  readonly list: string | undefined
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

/** Which rows a change of mind takes back: those of one reason and source, no older than that. */
export interface Withdrawal extends Pick<Suppression, 'addressKey' | 'list' | 'reason' | 'source'> {
  /** Milliseconds since the epoch. */
  readonly since: number
}

/**
 * Addresses that get no more mail, of one list or at all. Several processes write it, while campaigns are sent too; every
 * call is durable when it resolves.
 */
export interface SuppressionList {
  /** Adds to the list, all or none; how many were new. What is there already is left as it is. */
  suppress(rows: readonly Suppression[]): Promise<number>
  /** Takes addresses off it again, whatever the reason: of one list, or where none is named of all; how many rows that were. */
  unsuppress(addressKeys: readonly string[], list?: string): Promise<number>
  /** Takes back what was added for one reason from one source; how many rows that were. */
  withdraw(rows: Withdrawal): Promise<number>
  /** Those of these that get no mail of a list; where none is named, none at all. */
  isSuppressed(addressKeys: readonly string[], list?: string): Promise<ReadonlySet<string>>
  /** The whole list, in order of address, list and reason, read a page at a time. */
  suppressions(): AsyncIterable<Suppression>
}

/** A message of the queue, as far as it matters whether it may still be sent. */
export interface Addressee {
  readonly id: number
  readonly campaign: string
  readonly addressKey: string
}

/**
 * Says why a message must not be sent any more; undefined where it may. Asked right before each message, so that who leaves
 * while a campaign is sent gets none of what is still in line.
 *
 * @param ahead the messages that come after it, looked up together with it
 * @throws where the list cannot be read: nothing may be sent then
 */
export type AskSuppressed = (item: Addressee, ahead: readonly Addressee[]) => SuppressionReason | undefined

/** For a person: why a message was not sent. */
export const suppressionWords: Readonly<Record<SuppressionReason, string>> = {
  unsubscribe: 'the recipient unsubscribed',
  complaint: 'the recipient complained',
  bounce: 'the address takes no mail',
  manual: 'the address was suppressed by hand',
  import: 'the address is on a suppression list that was imported',
}
