import type { Classified, FailureClass } from './classify/index.ts'

/** When what could not be sent is tried again (RFC 5321 4.5.4.1). */
export interface RetrySchedule {
  /** Milliseconds before each further try; the last counts for all that follow. */
  readonly retryMs: readonly number[]
  /** Milliseconds after which a message fails. */
  readonly giveUpMs: number
}

/** What is known of a message that is to be tried again. */
export interface Tried {
  /** Attempts made so far, from 1. */
  readonly attempt: number
  /** Milliseconds since the epoch of the first attempt, where it is known. */
  readonly firstTriedAt?: number | undefined
  /** Milliseconds for which its host puts strangers off, as `likelyDelay` of its record says. */
  readonly learntMs?: number | undefined
  /** Milliseconds since the epoch when it is given up: the last try is then, and not later. */
  readonly giveUpAt?: number | undefined
}

const minute = 60_000
const hour = 3_600_000

/** First wait of one that was greylisted by an unknown server: what postgrey and rspamd demand. */
const greylistMs = 5 * minute
/** Room for clocks that differ, and for servers that count whole minutes. */
const marginMs = 15_000

/** The least wait by the attempts made, where the class alone says that sooner is of no use; the last counts for more. */
const floors: Partial<Readonly<Record<FailureClass, readonly number[]>>> = {
  // Mailboxes are emptied in hours, and a reputation mends in days.
  quota: [4 * hour, 8 * hour, 12 * hour],
  spam: [4 * hour, 8 * hour, 12 * hour],
  rate: [30 * minute, hour, 2 * hour, 4 * hour],
}

/**
 * Milliseconds since the epoch of the next try. A tenth is added by chance, so that what failed together does not come
 * back at one moment; a server that spoke of a rate has it spread over twice the wait.
 *
 * RFC 5321 4.5.4.1 asks for half an hour between tries, and for more clever ways where the cause is known: where the
 * server says when to come again, or greylists, it is asked at that time.
 */
export function nextTry(
  tried: Tried,
  { class: name, retryAfterMs }: Pick<Classified, 'class' | 'retryAfterMs'>,
  schedule: RetrySchedule,
  now: number,
  random: () => number,
): number {
  const usual = pick(schedule.retryMs, tried.attempt) ?? hour
  const spread = name === 'rate' ? 1 : 0.1
  const wait = (): number => {
    if (name === 'greylisted') return greylistWait(tried, retryAfterMs, now, usual)
    if (retryAfterMs !== undefined) return retryAfterMs
    return Math.max(usual, (name && pick(floors[name] ?? [], tried.attempt)) ?? 0)
  }
  const at = Math.round(now + wait() * (1 + random() * spread))
  return tried.giveUpAt !== undefined && tried.giveUpAt > now ? Math.min(at, tried.giveUpAt) : at
}

/** The same after one attempt, after two, and so on, for what was not tried itself; the last counts for all that follow. */
export function nextTries(schedule: RetrySchedule, now: number, random: () => number, name?: FailureClass): readonly number[] {
  const why = { class: name, retryAfterMs: undefined }
  return schedule.retryMs.map((_, index) => nextTry({ attempt: index + 1 }, why, schedule, now, random))
}

/** The server's word comes first, then what was learnt of it; then five minutes, doubled until the usual wait is reached. */
function greylistWait({ attempt, firstTriedAt, learntMs }: Tried, hint: number | undefined, now: number, usual: number): number {
  if (hint !== undefined) return hint + marginMs
  // The server counts from the first attempt. Where that time has passed, it was a wrong guess.
  if (learntMs !== undefined) {
    const left = (firstTriedAt ?? now) + learntMs - now
    if (left > 0) return left + marginMs
  }
  return Math.min(greylistMs * 2 ** Math.min(attempt - 1, 10), Math.max(usual, greylistMs))
}

function pick(waits: readonly number[], attempt: number): number | undefined {
  return waits[Math.min(attempt, waits.length) - 1]
}
