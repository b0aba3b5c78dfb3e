import { recognise } from '../../provider/index.ts'
import type { OutcomeGroup } from '../source.ts'
import type { SentRecord } from './document.ts'
import { describeProcessing } from './processing.ts'
import type { RecordSource, RecordedAttempts, RecordedSession } from './source.ts'
import { findWeakest } from './weakest.ts'

/** Messages that were delivered over one session. */
export interface Delivered {
  readonly session: RecordedSession
  readonly messages: number
}

/** Rows of a table before the rest is summed up. */
const mostRows = 20

/** What is said of a campaign or a period, in one shape for text, CSV, JSON and HTML. */
export function buildRecord(source: RecordSource): SentRecord {
  const outcomes = sumBy(source.attempts, ({ outcome }) => outcome)
  const delivered = source.attempts.filter(({ outcome }) => outcome === 'delivered')
  const bySession = sumBy(
    delivered.filter(({ session }) => session !== null),
    ({ session }) => session,
  )
  const over: Delivered[] = []
  const below = new Map<string, { verdict: string; cause: string; sessions: number; hosts: Set<string> }>()
  for (const session of source.sessions) {
    const messages = bySession.get(session.leaf)
    if (messages !== undefined) over.push({ session, messages })
    else if (session.decision !== 'deliver') countBelow(below, session)
  }
  const total = sum(delivered)
  const seen = over.reduce((all, { messages }) => all + messages, 0)
  const plaintext = over.reduce((all, { session, messages }) => all + (session.tls === null ? messages : 0), 0)
  const share = (key: (session: RecordedSession) => string) => shares(over, key, total)
  return {
    schema: 'sealpost/record@1',
    writtenAt: iso(source.now),
    software: source.software,
    period: {
      since: source.since === null ? null : iso(source.since),
      until: source.until === null ? null : iso(source.until),
      first: source.span ? iso(source.span.first) : null,
      last: source.span ? iso(source.span.last) : null,
    },
    campaigns: source.campaigns.map(({ outcomes: now, ...campaign }) => ({
      ...campaign,
      columns: [...campaign.columns],
      delivered: sum(delivered.filter((one) => one.campaign === campaign.name)),
      waiting: countState(now, ['held', 'deferred', 'waiting', 'leased']),
    })),
    attempts: {
      delivered: outcomes.get('delivered') ?? 0,
      deferred: outcomes.get('deferred') ?? 0,
      failed: outcomes.get('failed') ?? 0,
      replyLost: outcomes.get('reply-lost') ?? 0,
      unknown: outcomes.get('unknown') ?? 0,
    },
    delivered: {
      messages: total,
      octets: delivered.reduce((all, { octets }) => all + octets, 0),
      encrypted: seen - plaintext,
      plaintext,
      notKnown: total - seen,
      claimed: sum(delivered.filter(({ strength }) => strength === 'claimed')),
    },
    by: {
      verdict: share(({ verdict }) => verdict),
      level: share(({ level }) => level),
      tls: share(({ tls }) => tls?.version ?? 'plaintext'),
      cipher: share(({ tls }) => tls?.cipher ?? 'plaintext'),
      group: share(({ tls }) => (tls ? (tls.group ?? 'not told') : 'plaintext')),
      provider: share(({ host }) => nameProvider(host) ?? 'others'),
    },
    timeline: { step: source.step, points: timeline(source.delivered) },
    held: describeHeld(source),
    below: [...below.values()]
      .map(({ hosts, ...rest }) => ({ ...rest, hosts: hosts.size }))
      .toSorted((a, b) => b.sessions - a.sessions)
      .slice(0, mostRows),
    acts: source.acts.map(({ detail, ...act }) => ({ ...act, detail: { ...detail } })),
    weakest: findWeakest(over).map(({ session, messages }) => ({
      host: session.host,
      provider: nameProvider(session.host) ?? null,
      verdict: session.verdict,
      cause: session.cause,
      tls: session.tls?.version ?? null,
      cipher: session.tls?.cipher ?? null,
      messages,
    })),
    processing: [...describeProcessing(source)],
    evidence: source.evidence,
  }
}

/** The provider that runs a host, by its name. */
function nameProvider(host: string): string | undefined {
  return recognise('mx', [host])[0]?.name
}

function shares(
  over: readonly Delivered[],
  key: (session: RecordedSession) => string,
  total: number,
): { name: string; messages: number; share: number }[] {
  const counts = new Map<string, number>()
  for (const { session, messages } of over) counts.set(key(session), (counts.get(key(session)) ?? 0) + messages)
  return [...counts]
    .map(([name, messages]) => ({ name, messages, share: messages / total }))
    .toSorted((a, b) => b.messages - a.messages || (a.name < b.name ? -1 : 1))
}

function countBelow(
  below: Map<string, { verdict: string; cause: string; sessions: number; hosts: Set<string> }>,
  { verdict, cause, host }: RecordedSession,
): void {
  const key = `${verdict} ${cause}`
  const line = below.get(key) ?? { verdict, cause, sessions: 0, hosts: new Set() }
  below.set(key, line)
  line.sessions += 1
  line.hosts.add(host)
}

function timeline(delivered: RecordSource['delivered']): SentRecord['timeline']['points'] {
  const points = new Map<number, { encrypted: number; plaintext: number; notKnown: number }>()
  for (const { at, verdict, messages } of delivered) {
    const point = points.get(at) ?? { encrypted: 0, plaintext: 0, notKnown: 0 }
    points.set(at, point)
    point[verdict === null ? 'notKnown' : verdict === 'plaintext' ? 'plaintext' : 'encrypted'] += messages
  }
  return [...points].toSorted(([a], [b]) => a - b).map(([at, point]) => ({ at: iso(at), ...point }))
}

function describeHeld({ campaigns }: RecordSource): SentRecord['held'] {
  return campaigns
    .flatMap(({ name, outcomes }) =>
      [
        ...Map.groupBy(
          outcomes.filter(({ state }) => state === 'held'),
          ({ reason, verdict }) => `${verdict} ${reason}`,
        ).values(),
      ].map((groups) => ({
        campaign: name,
        reason: groups[0]?.reason ?? '',
        verdict: groups[0]?.verdict ?? 'not-tested',
        messages: groups.reduce((all, { count }) => all + count, 0),
        domains: new Set(groups.map(({ domain }) => domain)).size,
      })),
    )
    .toSorted((a, b) => b.messages - a.messages)
    .slice(0, mostRows)
}

function countState(groups: readonly OutcomeGroup[], states: readonly string[]): number {
  return groups.reduce((all, { state, count }) => all + (states.includes(state) ? count : 0), 0)
}

function sumBy<K>(attempts: readonly RecordedAttempts[], key: (attempt: RecordedAttempts) => K): ReadonlyMap<K, number> {
  const sums = new Map<K, number>()
  for (const attempt of attempts) sums.set(key(attempt), (sums.get(key(attempt)) ?? 0) + attempt.attempts)
  return sums
}

function sum(attempts: readonly RecordedAttempts[]): number {
  return attempts.reduce((all, one) => all + one.attempts, 0)
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
