import { type AttemptEntry, type SessionEntry, commit } from '../evidence/index.ts'
import type { Classified } from './classify/index.ts'
import type { QueueItem } from './store.ts'

/** One try to hand over a message, as the evidence is made from it. */
export interface AttemptFacts {
  readonly item: QueueItem
  /** Milliseconds since the epoch. */
  readonly time: number
  /** The id of its session. */
  readonly session: string
  readonly message: Buffer
  readonly result: Classified
}

/** Where evidence goes. What `flush` has resolved for is on the disk. */
export interface Recorder {
  session(entry: SessionEntry): void
  attempt(facts: AttemptFacts): void
  flush(): Promise<void>
}

/** What takes entries one by one; the log of `evidence/` does. */
export interface EntryLog {
  append(entry: SessionEntry | AttemptEntry): void
  flush(): Promise<void>
}

/** Evidence into a log, with nothing in it that names the recipient. */
export function createRecorder(log: EntryLog): Recorder {
  return {
    session: (entry) => {
      log.append(entry)
    },
    attempt: (facts) => {
      log.append(toEntry(facts))
    },
    flush: async () => log.flush(),
  }
}

function toEntry({ item, time, session, message, result }: AttemptFacts): AttemptEntry {
  return {
    kind: 'attempt',
    time: new Date(time).toISOString(),
    session,
    campaign: item.campaign,
    recipient: commit(item.key, item.attempt, 'recipient', item.address),
    domain: item.domain,
    outcome: result.outcome,
    code: result.code ?? null,
    enhanced: result.enhanced ?? null,
    message: commit(item.key, item.attempt, 'message', message),
    octets: message.length,
    strength: 'observed',
  }
}
