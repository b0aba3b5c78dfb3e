import { type FeedbackReport, readFeedbackReport } from '../arf/index.ts'
import { type DeliveryReport, readDeliveryReport } from '../dsn/index.ts'
import type { StoredMessage } from '../mailbox/index.ts'
import { type Field, type Part, decodeWords, findField, findFields, parseMessage } from '../mime/read/index.ts'
import { findToken } from '../unsubscribe/index.ts'
import { isAutoReply } from './autoReply.ts'

/** What a message in a mailbox for bounces is. */
export type Inbound = Report | AutoReply | UnsubscribeMail | Unknown

/** About a message of somebody's: perhaps of ours. */
export type Report = (DeliveryReport | FeedbackReport) & {
  /** The header of the report itself. */
  readonly fields: readonly Field[]
}

interface AutoReply {
  readonly kind: 'auto-reply'
}

/** Asks to be let go, with a token that may be one of ours. */
interface UnsubscribeMail {
  readonly kind: 'unsubscribe'
  readonly token: string
}

interface Unknown {
  /** `unreadable` is beyond the bounds, or claims to be a report and is none; `unknown` is anything else. */
  readonly kind: 'unknown' | 'unreadable'
  /** One clause for a person. */
  readonly why: string
  /** So that a person finds it: decoded, not escaped. */
  readonly subject: string
}

/** Each says what a message is if it is of its kind. Another kind is another line here. */
const readers: readonly ((root: Part) => Inbound | { readonly kind: 'malformed'; readonly why: string } | undefined)[] = [
  (root) => withFields(root, readFeedbackReport(root)),
  (root) => withFields(root, readDeliveryReport(root)),
  // Reports are automatic too: they are asked for first.
  ({ fields }) => (isAutoReply(fields) ? { kind: 'auto-reply' } : undefined),
  // After those: an answer from a machine to our mail quotes its subject, and asks for nothing.
  ({ fields }) => readUnsubscribe(fields),
]

/** Says what a message is. Never throws, and takes nothing for what it is not surely. */
export function recogniseInbound({ content, whole }: Pick<StoredMessage, 'content' | 'whole'>): Inbound {
  const root = parseMessage(content)
  if (root.kind === 'unreadable') return { ...root, subject: '' }
  const subject = decodeWords(findField(root.fields, 'subject') ?? '').slice(0, 200)
  for (const read of readers) {
    const found = read(root)
    if (found?.kind === 'malformed') return { kind: 'unreadable', why: found.why, subject }
    if (found) return found
  }
  if (!whole) return { kind: 'unreadable', why: 'it is longer than 10 MB', subject }
  return { kind: 'unknown', why: 'it is neither a bounce nor a complaint in a form that is known for certain', subject }
}

/** Whom a mail came to: what delivery writes on top, then what its sender wrote. */
const addressees = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'to']

function readUnsubscribe(fields: readonly Field[]): UnsubscribeMail | undefined {
  const named = addressees.flatMap((name) => findFields(fields, name))
  const token = findToken(named, decodeWords(findField(fields, 'subject') ?? ''))
  return token === undefined ? undefined : { kind: 'unsubscribe', token }
}

function withFields<T extends { readonly kind: string }>(
  root: Part,
  found: T | undefined,
): (T & { fields: readonly Field[] }) | undefined {
  return found && { ...found, fields: root.fields }
}
