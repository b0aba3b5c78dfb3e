import { visible } from '../escape.ts'
import { replyText } from '../smtp/index.ts'
import type { Outcome } from '../smtpclient/index.ts'

/** What an outcome means for the message. */
export interface Classified {
  readonly outcome: 'delivered' | 'deferred' | 'failed' | 'reply-lost'
  /** In words, escaped. */
  readonly reason: string
  readonly code: number | undefined
  readonly enhanced: string | undefined
}

/** The one place that says what a reply means for a message (RFC 5321 4.2.1: 4yz later, 5yz never). */
export function classifyOutcome(outcome: Outcome): Classified {
  switch (outcome.kind) {
    case 'accepted':
      return {
        outcome: 'delivered',
        reason: visible(replyText(outcome.reply)),
        code: outcome.reply.code,
        enhanced: outcome.reply.enhanced,
      }
    case 'refused': {
      const { reply, stage } = outcome
      const lasting = reply.code >= 500
      return {
        outcome: lasting ? 'failed' : 'deferred',
        reason: `${visible(replyText(reply))} (${stageWords[stage]})`,
        code: reply.code,
        enhanced: reply.enhanced,
      }
    }
    case 'surplus':
      return {
        outcome: 'deferred',
        reason: `${visible(replyText(outcome.reply))} (${stageWords.rcpt})`,
        code: outcome.reply.code,
        enhanced: outcome.reply.enhanced,
      }
    case 'reply-lost':
      return {
        outcome: 'reply-lost',
        reason: `sent whole, but the answer was lost: ${outcome.why}`,
        code: undefined,
        enhanced: undefined,
      }
    case 'broken':
      return {
        outcome: 'deferred',
        reason: `${outcome.why} (${stageWords[outcome.stage]})`,
        code: undefined,
        enhanced: undefined,
      }
    case 'unsupported':
      return { outcome: 'failed', reason: outcome.why, code: undefined, enhanced: undefined }
  }
}

const stageWords = { mail: 'to the sender', rcpt: 'to the recipient', data: 'before the message', dot: 'to the message' } as const
