import type { MemoryGround } from './demand.ts'
import type { Judgement } from './verdict.ts'

/** What is remembered of a host: that it offered TLS, with which key, and since when it does not. */
export interface HostRecord {
  readonly host: string
  /** When TLS came about last; milliseconds since the epoch. */
  readonly offeredAt: number
  /** SHA-256 of the public key that it showed then, hex. */
  readonly key: string | undefined
  /** When it was found without the offer for the first time since. */
  readonly goneSince: number | undefined
  /** When the last of those tries was. */
  readonly triedAt: number | undefined
  /** Tries since, those that came too close upon each other not counted. */
  readonly tries: number
  /** When a person said that it is all right so. */
  readonly releasedAt: number | undefined
}

/** What it takes to believe that a host gave TLS up. */
export interface MemoryRule {
  /** Milliseconds that the offer must have been missing. */
  readonly confirmMs: number
  /** Tries that must have missed it, `spacingMs` apart at least. */
  readonly tries: number
  readonly spacingMs: number
}

/** RFC 3207 6 leaves the time to us: three days and five tries outlast most attacks and mishaps on one way. */
const memoryRule: MemoryRule = { confirmMs: 3 * 86_400_000, tries: 5, spacingMs: 3_600_000 }

/** Where it is kept. */
export interface HostMemory {
  recall(host: string): Promise<MemoryGround>
  note(host: string, seen: SeenTls): Promise<void>
}

/** What one connection showed. */
export interface SeenTls {
  readonly judgement: Judgement
  readonly key: string | undefined
}

/** What is remembered after a further connection; undefined where there is nothing to remember. What says nothing of TLS changes nothing. */
export function remember(
  known: HostRecord | undefined,
  host: string,
  { judgement, key }: SeenTls,
  now: number,
  rule: MemoryRule = memoryRule,
): HostRecord | undefined {
  switch (judgement.verdict) {
    case 'authenticated':
    case 'valid':
    case 'unauthenticated':
      return { host, offeredAt: now, key, goneSince: undefined, triedAt: undefined, tries: 0, releasedAt: undefined }
    case 'plaintext': {
      if (!known) return undefined
      const counts = known.triedAt === undefined || now - known.triedAt >= rule.spacingMs
      return counts ? { ...known, goneSince: known.goneSince ?? now, triedAt: now, tries: known.tries + 1 } : known
    }
    default:
      return known
  }
}

/** What the memory of a host demands now (case 75). */
export function recallHost(known: HostRecord | undefined, now: number, rule: MemoryRule = memoryRule): MemoryGround {
  if (!known) return { kind: 'none' }
  const last = new Date(known.offeredAt).toISOString().slice(0, 10)
  if (known.goneSince === undefined) return { kind: 'offered', words: `the host offered STARTTLS on ${last}` }
  if (known.releasedAt !== undefined) return { kind: 'none' }
  if (known.tries >= rule.tries && now - known.goneSince >= rule.confirmMs) return { kind: 'none' }
  const since = new Date(known.goneSince).toISOString().slice(0, 16).replace('T', ' ')
  const times = known.tries === 1 ? 'once' : `${known.tries} times`
  return {
    kind: 'suspected',
    words: `downgrade suspected: the host offered STARTTLS until ${last}, and was found without it ${times} since ${since} UTC`,
  }
}

/** Remembers for as long as the program runs. */
export function createHostMemory(now: () => number, rule: MemoryRule = memoryRule): HostMemory {
  const hosts = new Map<string, HostRecord>()
  return {
    recall: async (host) => recallHost(hosts.get(host), now(), rule),
    note: async (host, seen) => {
      const after = remember(hosts.get(host), host, seen, now(), rule)
      if (after) hosts.set(host, after)
    },
  }
}
