import type { Reply } from '../smtp/index.ts'
import type { Outcome } from './transaction.ts'

/** The answers to what stands before a message, as far as they came. */
export interface Opening {
  readonly mail: Reply | undefined
  /** In the order of the recipients; shorter where it ended before. */
  readonly rcpt: readonly Reply[]
  /** The consent to DATA is in hand, or chunks may be sent. */
  readonly ready: boolean
  /** Some recipient was accepted. */
  readonly wanted: boolean
  /** What became of the recipients that were not refused themselves, where the message is not to be sent. */
  readonly end: Outcome | undefined
}

/** What became of the recipients before the message was sent: their own refusals, and `end` for the others. */
export function conclude(opening: Opening, count: number, end: (accepted: number) => Outcome): readonly Outcome[] {
  const { mail, rcpt, wanted } = opening
  const outcomes: Outcome[] = []
  let accepted = 0
  for (let index = 0; index < count; index++) {
    const reply = rcpt[index]
    if (mail && !isPositive(mail)) outcomes.push({ kind: 'refused', stage: 'mail', reply: mail })
    else if (reply && !isPositive(reply))
      outcomes.push(wanted && isSurplus(reply) ? { kind: 'surplus', reply } : { kind: 'refused', stage: 'rcpt', reply })
    else outcomes.push(end(accepted++))
  }
  return outcomes
}

/** How many recipients the server has accepted. */
export function countAccepted({ rcpt }: Opening): number {
  let count = 0
  for (const reply of rcpt) if (isPositive(reply)) count += 1
  return count
}

export function isPositive(reply: Reply): boolean {
  return reply.code >= 200 && reply.code < 300
}

/**
 * RFC 5321 4.5.3.1.10: 452 says that there are too many recipients, and 552 is to be taken for it. Both codes have other
 * meanings, told apart by the enhanced code (RFC 3463 3.6: X.5.3); without one, trying once more in a transaction where
 * it is the first tells.
 */
function isSurplus({ code, enhanced }: Reply): boolean {
  if (code === 421) return false
  return enhanced === undefined ? code === 452 || code === 552 : enhanced.endsWith('.5.3')
}
