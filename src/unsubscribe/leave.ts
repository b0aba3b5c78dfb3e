import type { Keys } from '../keys.ts'
import type { SuppressionList } from '../queue/index.ts'
import { isTokenFor, readUnsubscribeToken } from './token.ts'

/** A message, as far as leaving asks for it. */
export interface LinkedMessage {
  readonly id: number
  readonly campaign: string
  readonly addressKey: string
  /** What is left; undefined for all mail. */
  readonly list: string | undefined
  /** Whom people see as the sender; not escaped. */
  readonly sender: string
}

/** What it takes to let people leave. */
export interface UnsubscribeDesk {
  /** Those that hold now: they may be turned over while links are answered. */
  readonly keys: () => Promise<Keys>
  readonly messages: {
    /** Undefined where there is no such message, or its campaign gives no links. */
    find(id: number): Promise<LinkedMessage | undefined>
  }
  readonly suppressions: Pick<SuppressionList, 'suppress' | 'withdraw'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What a token opens. All that is not ours looks the same. */
export type Opened =
  | { readonly kind: 'message'; readonly message: LinkedMessage }
  | { readonly kind: 'self-test' }
  | { readonly kind: 'none' }

export type Way = 'one-click' | 'page' | 'mail'

/** How long a person may take it back with the same link. */
const undoMs = 86_400_000

const details: Readonly<Record<Way, string>> = {
  'one-click': 'by the button of a mail program',
  page: 'on the page of the link',
  mail: 'by mail',
}

/** Opens a link for the message and the recipient that it was made for, and for nobody who has come to stand in that place. */
export async function openToken(text: string, { keys, messages }: Pick<UnsubscribeDesk, 'keys' | 'messages'>): Promise<Opened> {
  const known = await keys()
  const token = readUnsubscribeToken(text, known)
  if (!token) return { kind: 'none' }
  if (token.kind === 'self-test') return { kind: 'self-test' }
  const message = await messages.find(token.messageId)
  return message && isTokenFor(token, message, known) ? { kind: 'message', message } : { kind: 'none' }
}

/** Lets a recipient leave; on the disk when it resolves, and heeded by a sender from its next message on. */
export async function unsubscribe(message: LinkedMessage, way: Way, { suppressions, now }: UnsubscribeDesk): Promise<void> {
  const { addressKey, list, campaign } = message
  const row = {
    addressKey,
    list,
    reason: 'unsubscribe',
    source: sourceOf(message),
    at: now(),
    campaign,
    detail: details[way],
  } as const
  await suppressions.suppress([row])
}

/**
 * Takes back what was said by the same link within a day. A bounce, a complaint, or what was said elsewhere stays: nobody is
 * brought back by a mail that was passed on.
 */
export async function resubscribe(message: LinkedMessage, { suppressions, now }: UnsubscribeDesk): Promise<boolean> {
  const { addressKey, list } = message
  const row = { addressKey, list, reason: 'unsubscribe', source: sourceOf(message), since: now() - undoMs } as const
  return (await suppressions.withdraw(row)) > 0
}

function sourceOf({ id }: LinkedMessage): string {
  return `link of message ${id}`
}
