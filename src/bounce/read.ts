import { createHash } from 'node:crypto'
import { visible } from '../escape.ts'
import type { StoredMessage } from '../mailbox/index.ts'
import type { SuppressionList } from '../queue/index.ts'
import { type Consequence, decideBounce } from './decide.ts'
import { type Inbound, recogniseInbound } from './inbound.ts'
import type { BounceLedger, SentMessage, SentMessages } from './ledger.ts'
import { tieReport } from './tie.ts'

export interface ReadOptions {
  /** Undefined where no message was ever given a signed return path. */
  readonly key: Uint8Array | undefined
  readonly messages: SentMessages
  readonly ledger: BounceLedger
  readonly suppressions: Pick<SuppressionList, 'suppress'>
  readonly now: () => number
}

/** What became of one message of a mailbox. */
export interface Reading {
  /** As the mailbox names it: not yet escaped. */
  readonly place: string
  readonly kind: Inbound['kind'] | 'read-before'
  /** The message of ours that it is about, where it is of ours. */
  readonly message: SentMessage | undefined
  readonly signed: boolean
  /** Undefined for what is no report. */
  readonly consequence: Consequence | undefined
  /** Why it could not be told what it is, or its subject; escaped. */
  readonly detail: string
}

/**
 * Reads mailboxes and does what follows from each message, one by one. What was read is known again by its content,
 * wherever it lies by then. Stopped half-way it goes on where it was: an address is suppressed before the message counts as
 * read, and to do so twice changes nothing.
 */
export async function* readBounces(mailbox: AsyncIterable<StoredMessage>, options: ReadOptions): AsyncGenerator<Reading> {
  for await (const stored of mailbox) {
    const digest = createHash('sha256').update(stored.content).digest('hex')
    const blank = { place: stored.place, message: undefined, signed: false, consequence: undefined, detail: '' }
    if (await options.ledger.wasRead(digest)) {
      yield { ...blank, kind: 'read-before' }
      continue
    }
    yield { ...blank, ...(await takeIn(stored, digest, options)) }
  }
}

async function takeIn(
  stored: StoredMessage,
  digest: string,
  options: ReadOptions,
): Promise<Partial<Reading> & Pick<Reading, 'kind'>> {
  const { ledger, suppressions, messages } = options
  const now = options.now()
  const inbound = recogniseInbound(stored)
  if (inbound.kind !== 'delivery-report' && inbound.kind !== 'feedback-report') {
    await ledger.record(digest, now, undefined)
    return { kind: inbound.kind, detail: inbound.kind === 'auto-reply' ? '' : visible(`${inbound.why}: ${inbound.subject}`, 300) }
  }
  const tie = tieReport(inbound, options.key)
  const message = tie.kind === 'none' ? undefined : await messages.find(tie.messageId)
  const softBounces = message ? await ledger.softBounces(message.addressKey) : []
  const consequence = decideBounce({ report: inbound, tie, message, softBounces, now })
  if (consequence.kind === 'suppress') {
    const { note, reason, why } = consequence
    const { addressKey, campaign, detail } = note
    const source = visible(stored.place, 300)
    await suppressions.suppress([{ addressKey, list: undefined, reason, source, at: now, campaign, detail: `${why}: ${detail}` }])
  }
  await ledger.record(digest, now, consequence.kind === 'nothing' ? undefined : consequence.note)
  const ours = consequence.kind === 'nothing' ? undefined : message
  return { kind: inbound.kind, message: ours, signed: tie.kind === 'signed', consequence }
}
