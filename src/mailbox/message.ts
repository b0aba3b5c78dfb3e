/** A message as it lies in a mailbox. */
export interface StoredMessage {
  /** Where: a file, or `file:offset` in an mbox. Names come from strangers too: to be escaped where shown. */
  readonly place: string
  /** At most `maxMessage` octets; line ends as they are stored. */
  readonly content: Buffer
  /** False where it is longer than that: the rest was passed over. */
  readonly whole: boolean
}

/** Octets of a message that are kept. Servers refuse larger ones by default (Postfix: message_size_limit, 10,240,000). */
export const maxMessage = 10 * 1024 * 1024
