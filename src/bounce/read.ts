import { createHash } from 'node:crypto'
import { visible } from '../escape.ts'
import type { StoredMessage } from '../mailbox/index.ts'
import type { SuppressionList } from '../queue/index.ts'
import { type Consequence, decideBounce } from './decide.ts'
import { type Inbound, recogniseInbound } from './inbound.ts'
import type { BounceLedger, SentMessage, SentMessages } from './ledger.ts'
import { tieReport } from './tie.ts'
import { type LinkedMessage, type UnsubscribeDesk, openToken, unsubscribe } from '../unsubscribe/index.ts'

export interface ReadOptions {
  /** Undefined where no message was ever given a signed return path. */
  readonly key: Uint8Array | undefined
  readonly messages: SentMessages
  readonly ledger: BounceLedger
  readonly suppressions: Pick<SuppressionList, 'suppress'>
  /** What opens the tokens of mails that ask to be let go; undefined where no link was ever given. */
  readonly unsubscribe?: Pick<UnsubscribeDesk, 'keys' | 'messages'> | undefined
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
  /** Who left by a mail. */
  readonly left?: LinkedMessage
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
  if (inbound.kind === 'unsubscribe') return letGo(inbound.token, digest, options)
  if (inbound.kind !== 'delivery-report' && inbound.kind !== 'feedback-report') {
    await ledger.record(digest, now, undefined)
    return { kind: inbound.kind, detail: inbound.kind === 'auto-reply' ? '' : visible(`${inbound.why}: ${inbound.subject}`, 300) }
  }
  const tie = await tieReport(inbound, options.key, messages)
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

/** Only a token of ours lets anybody go, and nobody but whom its message went to, whoever wrote the mail. */
async function letGo(token: string, digest: string, options: ReadOptions): Promise<Partial<Reading> & Pick<Reading, 'kind'>> {
  const { ledger, suppressions, now } = options
  // What a mail says is not taken back by a link: there is nothing to withdraw.
  const withdraw = async (): Promise<number> => 0
  const desk = options.unsubscribe && {
    ...options.unsubscribe,
    suppressions: { suppress: suppressions.suppress.bind(suppressions), withdraw },
    now,
  }
  const opened = desk ? await openToken(token, desk) : undefined
  const message = opened?.kind === 'message' ? opened.message : undefined
  if (desk && message) await unsubscribe(message, 'mail', desk)
  await ledger.record(digest, now(), undefined)
  return message
    ? { kind: 'unsubscribe', signed: true, left: message, detail: '' }
    : { kind: 'unsubscribe', detail: 'it asks to be let go, and its token is none of ours' }
}
