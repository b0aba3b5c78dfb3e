import { visible } from '../../escape.ts'
import { type Reply, replyText } from '../../smtp/index.ts'
import type { Need, Outcome, TransactionStage } from '../../smtpclient/index.ts'
import type { FailureClass } from './failureClass.ts'
import { readHint } from './hint.ts'
import { type ReplyRow, type Scope, matchesRow } from './row.ts'
import { replyTable } from './table.ts'
import { readEnhanced, readWords } from './words.ts'

/** What an outcome means for the message. */
export interface Classified {
  readonly outcome: 'delivered' | 'deferred' | 'failed' | 'reply-lost'
  /** Undefined where the message was taken. */
  readonly class: FailureClass | undefined
  /**
   * RFC 5321 4.5.4.1: a 5yz to MAIL must not be cached. `destination` says that what waits for the same hosts is likely to
   * fare as badly, and is a reason to go slower, never to fail what was not tried.
   */
  readonly scope: Scope
  /** In words, escaped. */
  readonly reason: string
  readonly code: number | undefined
  readonly enhanced: string | undefined
  /** Milliseconds from now, where the server says when to come again, or the row does; a minute to six hours. */
  readonly retryAfterMs: number | undefined
}

/** The one place that says what an outcome means for a message, by the table in `table.ts`. */
export function classifyOutcome(outcome: Outcome): Classified {
  switch (outcome.kind) {
    case 'accepted': {
      const { code, enhanced } = outcome.reply
      const reason = visible(replyText(outcome.reply))
      return { ...noReply, outcome: 'delivered', class: undefined, scope: 'recipient', reason, code, enhanced }
    }
    case 'refused':
      return classifyRefusal(outcome.stage, outcome.reply)
    case 'reply-lost':
      return {
        ...noReply,
        outcome: 'reply-lost',
        class: 'network',
        scope: 'message',
        reason: `sent whole, but the answer was lost: ${outcome.why}`,
      }
    case 'broken':
      return {
        ...noReply,
        outcome: 'deferred',
        class: 'network',
        scope: 'destination',
        reason: `${outcome.why} (${stageWords[outcome.stage]})`,
      }
    case 'surplus':
      return classifyRefusal('rcpt', outcome.reply)
    case 'unsupported':
      return { ...noReply, outcome: 'failed', class: needClasses[outcome.need], scope: 'message', reason: outcome.why }
  }
}

function classifyRefusal(stage: TransactionStage, reply: Reply): Classified {
  const text = readWords(reply)
  const said = { code: reply.code, enhanced: readEnhanced(reply, text), text, stage }
  const row = replyTable.find((row) => matchesRow(row, said)) ?? unknownRow
  // RFC 5321 4.2.1: 4yz later, 5yz never, but where the row argues for a later try. A 4yz is never made lasting.
  const lasting = reply.code >= 500 && row.fate !== 'temporary'
  return {
    outcome: lasting ? 'failed' : 'deferred',
    class: row.class,
    scope: decideScope(row, stage),
    reason: `${visible(replyText(reply))} (${stageWords[stage]})`,
    code: reply.code,
    enhanced: reply.enhanced,
    retryAfterMs: lasting ? undefined : (readHint(text) ?? row.againMs),
  }
}

/** A reply to MAIL knows of no recipient yet: it is about us, our address, or the size that was announced. */
function decideScope(row: ReplyRow, stage: TransactionStage): Scope {
  if (stage === 'mail') return row.scope === 'message' ? 'message' : 'destination'
  return row.scope ?? (stage === 'rcpt' ? 'recipient' : 'message')
}

/** What the message needs and the server has not. */
const needClasses = { size: 'size', '8bitmime': 'protocol', smtputf8: 'protocol', requiretls: 'tls' } as const satisfies Record<
  Need,
  FailureClass
>

const noReply = { code: undefined, enhanced: undefined, retryAfterMs: undefined }

const unknownRow: ReplyRow = { class: 'unknown', says: 'anything else', source: 'RFC 5321 4.2.1' }

const stageWords = { mail: 'to the sender', rcpt: 'to the recipient', data: 'before the message', dot: 'to the message' } as const
