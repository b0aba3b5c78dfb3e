import type { TlsFacts } from '../tls/index.ts'
import type { Demand, MemoryGround } from './demand.ts'
import type { Level } from './level.ts'
import type { Judgement, Verdict } from './verdict.ts'

/** What to do with a message, after one connection was judged. */
export type Decision =
  | { readonly kind: 'deliver' }
  /** Below the demanded level: the message waits. */
  | { readonly kind: 'hold'; readonly reason: string }
  /** Not known now: try again later. */
  | { readonly kind: 'defer'; readonly reason: string }
  /** Will not change by itself. */
  | { readonly kind: 'fail'; readonly reason: string }

const rank: Readonly<Partial<Record<Verdict, number>>> = { plaintext: 0, unauthenticated: 1, valid: 2, authenticated: 3 }
const need: Readonly<Record<Level, number>> = { opportunistic: 0, encrypted: 1, valid: 2, authenticated: 3 }

/** Holds a demand against what a connection showed. */
export function decideDelivery(demand: Demand, judgement: Judgement, facts: TlsFacts | undefined): Decision {
  if (demand.kind === 'pass-over') return passOver(demand)
  switch (judgement.verdict) {
    case 'authenticated':
    case 'valid':
    case 'unauthenticated':
    case 'plaintext': {
      if ((rank[judgement.verdict] ?? 0) < need[demand.level]) {
        // RFC 3207 6: what was there and is gone may have been taken away on the way.
        if (judgement.verdict === 'plaintext' && demand.memory.kind !== 'none')
          return { kind: 'hold', reason: suspect(demand.memory, judgement.words) }
        const lack = judgement.verdict === 'valid' ? ', but nothing vouches for the name of that server' : ''
        return { kind: 'hold', reason: `${judgement.words}${lack}; ${demand.reason}` }
      }
      const weak = facts ? belowFloor(demand, facts) : undefined
      return weak === undefined ? { kind: 'deliver' } : { kind: 'hold', reason: weak }
    }
    case 'broken':
      return { kind: 'hold', reason: judgement.words }
    case 'refused':
    case 'temporary':
    case 'unreachable':
    case 'not-tested':
      return { kind: 'defer', reason: judgement.words }
    case 'no-mail':
      return { kind: 'fail', reason: judgement.words }
  }
}

function suspect(memory: Exclude<MemoryGround, { kind: 'none' }>, words: string): string {
  return memory.kind === 'suspected' ? `${memory.words}; now ${words}` : `downgrade suspected: ${memory.words}; now ${words}`
}

/** RFC 7672 2.2.1: a failed look-up is of the moment. What a policy forbids waits until it says otherwise (RFC 8461 5). */
export function passOver({ cause, reason }: Extract<Demand, { kind: 'pass-over' }>): Decision {
  return cause === 'dane-failed' ? { kind: 'defer', reason } : { kind: 'hold', reason }
}

function belowFloor(demand: Extract<Demand, { kind: 'use' }>, facts: TlsFacts): string | undefined {
  if (demand.level === 'opportunistic') return undefined
  const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']
  if (versions.indexOf(facts.version) < versions.indexOf(demand.floor))
    return `the server speaks ${facts.version}, below the floor of ${demand.floor}`
  if (demand.forwardSecrecy && !facts.forwardSecrecy)
    return `${facts.cipher} has no forward secrecy, which ${demand.level} asks for`
  return undefined
}
