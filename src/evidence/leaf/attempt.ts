import { z } from 'zod'
import type { AttemptFacts } from '../facts.ts'
import { clip, clipOrNull, commitment, format, leafFormat, most, name, sessionId, time, word } from './parts.ts'

/** One try to hand over one recipient's message, or what a provider claims of one. Nothing in it names the recipient. */
export const attemptSchema = z
  .strictObject({
    format,
    kind: z.literal('attempt'),
    time,
    session: sessionId.nullable().meta({ description: 'The id of its session; null where none is known.' }),
    recipient: commitment,
    campaign: commitment,
    message: commitment.nullable().meta({ description: "Commitment to the SHA-256 of the message's octets, in hex." }),
    domain: z.union([commitment, name]),
    outcome: z.enum(['delivered', 'deferred', 'failed', 'reply-lost', 'unknown']),
    code: z.int().min(0).max(999).nullable(),
    enhanced: word.nullable(),
    reply: commitment.nullable().meta({ description: "Commitment to the reply's text." }),
    octets: z.int().min(0).nullable(),
    strength: z.enum(['observed', 'claimed', 'unknown']),
    claim: z.strictObject({ provider: word, event: word, tls: z.boolean().nullable() }).nullable(),
  })
  .meta({ id: 'Attempt' })

export type AttemptLeaf = Readonly<z.infer<typeof attemptSchema>>

/** What of an attempt stands in its leaf as a commitment. */
export interface AttemptCommitments {
  readonly recipient: string
  readonly campaign: string
  readonly message: string | null
  /** In the clear where the settings say so. */
  readonly domain: string
  readonly reply: string | null
}

/** The canonical form (RFC 8785) of an attempt's leaf: the keys stand in order, and JSON.stringify prints the rest as that asks. */
export function printAttempt(
  facts: Pick<AttemptFacts, 'time' | 'octets' | 'outcome' | 'code' | 'enhanced' | 'strength' | 'claim'>,
  session: string | null,
  { recipient, campaign, message, domain, reply }: AttemptCommitments,
): string {
  const { claim } = facts
  return JSON.stringify({
    campaign,
    claim: claim && { event: clip(claim.event, most.word), provider: clip(claim.provider, most.word), tls: claim.tls },
    code: facts.code,
    domain: clip(domain, most.name),
    enhanced: clipOrNull(facts.enhanced, most.word),
    format: leafFormat,
    kind: 'attempt',
    message,
    octets: facts.octets,
    outcome: facts.outcome,
    recipient,
    reply,
    session,
    strength: facts.strength,
    time: new Date(facts.time).toISOString(),
  })
}
