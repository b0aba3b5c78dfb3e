import type { Decision, Demand, Judgement, Policy, Vouching } from '../policy/index.ts'
import { type Endpoint, type Hop, type HopOptions, openHop } from '../starttls/index.ts'
import type { ResumableSession } from '../tls/index.ts'
import type { TicketStore } from './ticket.ts'

/** A hop with what follows from it. */
export interface JudgedHop {
  readonly hop: Hop
  readonly judgement: Judgement
  readonly decision: Decision
}

export interface ResumeOptions {
  /** Undefined: every handshake is a full one. */
  readonly tickets: TicketStore | undefined
  /** `keyOf` of what is demanded. */
  readonly key: string
  readonly judge: (hop: Hop) => Omit<JudgedHop, 'hop'>
}

/**
 * Opens a hop, by a session of an earlier one where there is one for the same demand. Both are judged by the same hand,
 * now. Nothing is ever concluded from a resumed session that is not good enough, nor from a server that cannot resume:
 * it is dropped, and all is shown again on a connection of its own.
 */
export async function openResumed(endpoint: Endpoint, options: HopOptions, resuming: ResumeOptions): Promise<JudgedHop> {
  const { tickets, key } = resuming
  const ticket = tickets?.take(key, options.clock.now())
  const tried = await openOnce(endpoint, options, resuming, ticket)
  if (!ticket || !isMoot(tried)) return tried
  tickets?.forget(key)
  tried.hop.channel?.write('QUIT\r\n')
  tried.hop.channel?.destroy()
  return openOnce(endpoint, options, resuming, undefined)
}

/** Whether it may be for the ticket that it came out as it did. */
function isMoot({ hop: { record, end }, decision }: JudgedHop): boolean {
  if (end.kind === 'handshake-failed') return true
  if (!record.tls?.resumed) return false
  return end.kind === 'secure' ? decision.kind !== 'deliver' : end.kind === 'closed'
}

async function openOnce(
  endpoint: Endpoint,
  options: HopOptions,
  { tickets, key, judge }: ResumeOptions,
  resume: ResumableSession | undefined,
): Promise<JudgedHop> {
  // Tickets come before the connection is judged as well as after; none counts unless it is found good.
  let early: Buffer[] = []
  let keep = (session: Buffer): void => void early.push(session)
  const hop = await openHop(endpoint, {
    ...options,
    ...(resume ? { resume } : {}),
    ...(tickets
      ? {
          onSession: (session) => {
            keep(session)
          },
        }
      : {}),
  })
  const judged = { hop, ...judge(hop) }
  const facts = hop.record.tls
  keep = () => undefined
  if (tickets && facts && hop.channel && judged.decision.kind === 'deliver') {
    const provenAt = facts.provenAt ?? options.clock.now()
    keep = (session) => {
      tickets.put(key, { session, facts, trust: options.trust, provenAt }, options.clock.now())
    }
    for (const session of early) keep(session)
  }
  early = []
  return judged
}

/**
 * All that makes a demand on a host: equal where a session may be resumed for it. TLSA records are a part, so that a
 * server whose records have changed is asked to show its certificate again.
 */
export function keyOf(
  endpoint: Endpoint,
  { security, servername, floor, names }: HopOptions,
  policy: Policy,
  demand: Extract<Demand, { kind: 'use' }>,
  vouching: Vouching,
): string {
  const { level, forwardSecrecy, requireTls } = demand
  const place = [endpoint.host, endpoint.address, endpoint.port, security, servername ?? null]
  return JSON.stringify([...place, names, policy.id, level, floor, forwardSecrecy, requireTls, printVouching(vouching)])
}

function printVouching(vouching: Vouching): unknown {
  if (typeof vouching === 'string') return vouching
  const { kind, records, names, mxSecure } = vouching
  const printed = records.map(({ usage, selector, matchingType, data }) =>
    [usage, selector, matchingType, data.toString('hex')].join(' '),
  )
  // The DNS turns the records of a name round as it likes.
  return [kind, printed.toSorted(), names.toSorted(), mxSecure]
}
