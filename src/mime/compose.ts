import { breakLines } from './body.ts'
import { type BodyPlan, planBody } from './bodyPlan.ts'
import { invalid } from './field.ts'
import type { Mailbox } from './header.ts'
import { MessagePlan } from './plan.ts'
import { flattenHtml } from './text.ts'

/** A message in parts. At least one of `text` and `html`. */
export interface MessageParts {
  readonly from: Mailbox
  readonly to: Mailbox
  readonly replyTo?: Mailbox
  readonly subject: string
  /** Made from `html` where it is missing. */
  readonly text?: string
  readonly html?: string
  /** Further headers by name; one without a value is left out. */
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds since the epoch. */
  readonly date: number
  /** With its angle brackets (RFC 5322 3.6.4). */
  readonly messageId: string
}

/**
 * Builds one message, by a plan that serves once.
 *
 * @throws SealpostError SP_MESSAGE_INVALID, SP_ADDRESS_INVALID
 */
export function composeMessage(parts: MessageParts): Buffer {
  const { from, to, replyTo, subject, html, date, messageId } = parts
  const text = parts.text ?? (html === undefined ? undefined : flattenHtml(html))
  if (text === undefined && html === undefined) throw invalid('The message has neither a text nor an HTML part')
  const plan = new MessagePlan({
    from,
    ...(replyTo === undefined ? {} : { replyTo }),
    headers: Object.entries(parts.headers ?? {}),
    ...(text === undefined ? {} : { text: planWhole(text) }),
    ...(html === undefined ? {} : { html: planWhole(html) }),
    attachments: [],
    seed: [messageId, text, html].join('\0'),
  })
  return plan.compose({ to, subject, date, messageId, headers: [], text: [], html: [] })
}

function planWhole(text: string): BodyPlan {
  return planBody([breakLines(text)])
}
