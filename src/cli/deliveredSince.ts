import { commit, readLines } from '../evidence/index.ts'
import { readLine } from '../evidence/verify/index.ts'
import type { LaterDelivery, OpenMessage } from '../store/index.ts'

/** Attempts after those that a copy knows of, at most: with waits of hours, they are weeks. */
const mostAttempts = 100

/**
 * What the evidence says was delivered after its first `size` entries. Nothing in it names a recipient; who has the
 * queue has the keys, and finds them again (`commit`).
 *
 * @param path of a log that was verified
 */
export async function readDeliveredSince(
  path: string,
  size: number,
): Promise<(message: OpenMessage) => LaterDelivery | undefined> {
  const sessions = new Map<string, LaterDelivery>()
  const delivered = new Map<string, LaterDelivery>()
  /** By campaign and domain: where nothing was delivered to, nobody need be looked for. */
  const places = new Set<string>()
  for await (const text of readLines(path)) {
    const line = readLine(text)
    if (typeof line === 'string' || !('entry' in line)) continue
    const { entry, seq } = line
    if (entry['kind'] === 'session') sessions.set(textOf(entry['id']), describeSession(entry))
    if (entry['kind'] !== 'attempt' || entry['outcome'] !== 'delivered' || seq < size) continue
    const session = sessions.get(textOf(entry['session'])) ?? { verdict: 'not-tested', host: undefined, tls: undefined }
    delivered.set(textOf(entry['recipient']), session)
    places.add(placeOf(textOf(entry['campaign']), textOf(entry['domain'])))
  }
  return ({ campaign, domain, address, key, attempts }) => {
    if (!places.has(placeOf(campaign, domain))) return undefined
    for (let attempt = Math.max(1, attempts); attempt <= attempts + mostAttempts; attempt++) {
      const found = delivered.get(commit(key, attempt, 'recipient', address))
      if (found) return found
    }
    return undefined
  }
}

function placeOf(campaign: string, domain: string): string {
  return JSON.stringify([campaign, domain])
}

function describeSession(entry: Readonly<Record<string, unknown>>): LaterDelivery {
  const { tls } = entry
  const named = typeof tls === 'object' && tls !== null && 'version' in tls && 'cipher' in tls
  return {
    verdict: textOf(entry['verdict']),
    host: textOf(entry['host']),
    tls: named ? `${textOf(tls.version)} ${textOf(tls.cipher)}` : undefined,
  }
}

/** This program wrote texts there; anything else is nothing that it could have meant. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
