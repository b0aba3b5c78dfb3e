import { hash } from 'node:crypto'
import type { SentMessages } from '../bounce/index.ts'
import type { ClaimBox, ClaimedEvent } from './box.ts'
import type { ClaimProvider, ProviderRequest, ReadRequest } from './event.ts'
import { tieEvent } from './tie.ts'

/** What it takes to take events in. */
export interface ClaimDesk {
  readonly readers: ReadonlyMap<ClaimProvider, ReadRequest>
  /** The key of return paths, where there is one. */
  readonly key: () => Promise<Uint8Array | undefined>
  /** The messages of the queue as it is now: asked for once a request. */
  readonly messages: () => SentMessages
  readonly box: ClaimBox
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What became of a request. */
export type Taken =
  | {
      readonly kind: 'taken'
      /** Kept now, and known already. */
      readonly kept: number
      readonly repeated: number
      /** About no message of ours: dropped. */
      readonly untied: number
      readonly others: number
      readonly malformed: number
    }
  | { readonly kind: 'refused'; readonly why: 'unknown' | 'unauthentic' | 'stale' | 'malformed' | 'replayed' }

/**
 * Takes in what a provider reports. What it says is kept as its claim, for the process that writes the evidence; nothing else
 * follows from it: no address is suppressed, no message is sent again.
 */
export async function takeEvents(provider: string, request: ProviderRequest, desk: ClaimDesk): Promise<Taken> {
  const read = desk.readers.get(provider as ClaimProvider)
  if (!read) return { kind: 'refused', why: 'unknown' }
  const now = desk.now()
  const reading = read(request, now)
  if (reading.kind === 'refused') return reading
  const key = await desk.key()
  const messages = desk.messages()
  const claims: ClaimedEvent[] = []
  for (const event of reading.events) {
    const message = await tieEvent(event, key, messages)
    if (!message) continue
    const { recipient: _, messageId: __, returnPath: ___, ...said } = event
    claims.push({ ...said, message: message.id })
  }
  const { events, others, malformed, once } = reading
  // All that it said, and not its name alone: what was about nobody here must not come again as a word on a message of ours.
  const use = hash('sha256', JSON.stringify(events))
  const kept = desk.box.put(claims, once === undefined ? undefined : { value: `${provider} ${once}`, use }, now)
  if (kept.kind === 'replayed') return { kind: 'refused', why: 'replayed' }
  const untied = events.length - claims.length
  return { kind: 'taken', kept: kept.fresh, repeated: claims.length - kept.fresh, untied, others, malformed }
}
