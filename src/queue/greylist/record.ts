/** What is known of how long a host puts strangers off. */
export interface GreylistRecord {
  readonly host: string
  /** Milliseconds after its first attempt at which a message was still put off: the delay is longer. 0 where none was. */
  readonly lowerMs: number
  /** Milliseconds after which one was taken: the delay is no longer. Undefined where none was yet. */
  readonly upperMs: number | undefined
  /** When something was learnt last; milliseconds since the epoch. */
  readonly seenAt: number
}

/** One more attempt of a message that was greylisted by the host. */
export interface GreylistSeen {
  /** Milliseconds since the epoch of the message's first attempt. */
  readonly firstTriedAt: number
  /** Milliseconds since the epoch of this one. */
  readonly at: number
  readonly result: 'greylisted' | 'accepted'
}

/** What took longer than a day was not the delay of a greylist. */
const mostMs = 86_400_000

/** Milliseconds, as servers are set up: postgrey and rspamd 5 minutes, OpenBSD spamd 25, milter-greylist 30, others by the hour. */
const usualMs = [1, 2, 3, 5, 10, 15, 20, 25, 30, 60, 120, 180, 240, 360].map((minutes) => minutes * 60_000)

/**
 * What is known after a further attempt; the first attempt that is put off makes a record. An acceptance where nothing is
 * known teaches nothing. Bounds that contradict each other mean that the server was set up anew: the newer one stays.
 */
export function learnGreylist(known: GreylistRecord | undefined, host: string, seen: GreylistSeen): GreylistRecord | undefined {
  const elapsed = seen.at - seen.firstTriedAt
  if (!(elapsed >= 0 && elapsed <= mostMs)) return known
  if (seen.result === 'greylisted') {
    const lowerMs = Math.max(known?.lowerMs ?? 0, elapsed)
    const upperMs = known?.upperMs !== undefined && known.upperMs > lowerMs ? known.upperMs : undefined
    return { host, lowerMs, upperMs, seenAt: seen.at }
  }
  if (!known || elapsed === 0) return known
  const upperMs = Math.min(known.upperMs ?? Infinity, elapsed)
  return { host, lowerMs: known.lowerMs < upperMs ? known.lowerMs : 0, upperMs, seenAt: seen.at }
}

/**
 * Milliseconds after its first attempt when a message is likely to be taken: the least usual delay that fits what was
 * seen, or else what once sufficed. Undefined where nothing was learnt.
 */
export function likelyDelay(known: GreylistRecord | undefined): number | undefined {
  if (!known || (known.lowerMs === 0 && known.upperMs === undefined)) return undefined
  const upperMs = known.upperMs ?? Infinity
  const usual = usualMs.find((ms) => ms > known.lowerMs && ms <= upperMs)
  return usual ?? known.upperMs ?? Math.min(known.lowerMs * 2, mostMs)
}
