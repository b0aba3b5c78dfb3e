import type { EvidenceStatus, OutcomeGroup, ReportSource } from './source.ts'

/** Numbers of messages. */
interface Tally {
  readonly total: number
  readonly sent: number
  /** Waiting for encryption. */
  readonly held: number
  /** Put off by the other side, to be tried again. */
  readonly deferred: number
  readonly failed: number
  /** Taken out of the queue by a person, or because it waited for encryption too long. */
  readonly dropped: number
  /** Given to a person, to be sent in another way. */
  readonly exported: number
  /** Not sent, as the recipient wants no mail or can get none. */
  readonly suppressed: number
  /** Not tried yet. */
  readonly waiting: number
}

/** Messages that were sent, by what was known of the hop. */
interface Sent {
  readonly authenticated: number
  readonly valid: number
  readonly unauthenticated: number
  readonly plaintext: number
}

export interface DomainLine extends Tally {
  readonly domain: string
  /** Of those of its messages that need attention, where there are any; else of those that were sent. */
  readonly verdict: string
  readonly tls: string | null
  readonly reason: string
}

/** What is said of a campaign, in one shape for text, JSON and HTML. */
export interface CampaignReport {
  readonly campaign: string
  readonly from: string
  readonly subject: string
  readonly level: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly writtenAt: string
  readonly software: string
  readonly list: { readonly accepted: number; readonly duplicates: number; readonly invalid: number; readonly suppressed: number }
  readonly summary: Tally & { readonly encrypted: number } & Sent
  readonly tls: readonly { readonly tls: string; readonly count: number }[]
  readonly domains: readonly DomainLine[]
  readonly evidence: EvidenceStatus
}

export function buildReport(source: ReportSource): CampaignReport {
  const { outcomes } = source
  const sent = outcomes.filter((group) => group.state === 'sent')
  const by = (verdict: string): number => sum(sent.filter((group) => group.verdict === verdict))
  const plaintext = by('plaintext')
  const tally = tallyOf(outcomes)
  return {
    campaign: source.campaign,
    from: source.from,
    subject: source.subject,
    level: source.level,
    startedAt: new Date(source.startedAt).toISOString(),
    writtenAt: new Date(source.now).toISOString(),
    software: source.software,
    list: source.intake,
    summary: {
      ...tally,
      encrypted: tally.sent - plaintext,
      authenticated: by('authenticated'),
      valid: by('valid'),
      unauthenticated: by('unauthenticated'),
      plaintext,
    },
    tls: countBy(sent, (group) => group.tls ?? 'plaintext').map(([tls, count]) => ({ tls, count })),
    domains: Map.groupBy(outcomes, (group) => group.domain)
      .values()
      .map(describeDomain)
      .toArray()
      .toSorted((a, b) => b.total - a.total || (a.domain < b.domain ? -1 : 1)),
    evidence: source.evidence,
  }
}

function describeDomain(groups: readonly OutcomeGroup[]): DomainLine {
  const [telling] = groups.toSorted(
    (a, b) => attention.indexOf(attentionOf(a)) - attention.indexOf(attentionOf(b)) || b.count - a.count,
  )
  return {
    domain: telling?.domain ?? '',
    ...tallyOf(groups),
    verdict: telling?.verdict ?? 'not-tested',
    tls: groups.find((group) => group.state === 'sent')?.tls ?? null,
    reason: telling?.reason ?? '',
  }
}

/** What a person wants to know of first. */
const attention = ['failed', 'held', 'deferred', 'dropped', 'exported', 'suppressed', 'sent', 'waiting'] as const

function attentionOf({ state }: OutcomeGroup): (typeof attention)[number] {
  return attention.find((one) => one === state) ?? 'waiting'
}

function tallyOf(groups: readonly OutcomeGroup[]): Tally {
  const count = (state: (typeof attention)[number]): number => sum(groups.filter((group) => attentionOf(group) === state))
  return {
    total: sum(groups),
    sent: count('sent'),
    held: count('held'),
    deferred: count('deferred'),
    failed: count('failed'),
    dropped: count('dropped'),
    exported: count('exported'),
    suppressed: count('suppressed'),
    waiting: count('waiting'),
  }
}

function countBy(groups: readonly OutcomeGroup[], key: (group: OutcomeGroup) => string): [string, number][] {
  return Map.groupBy(groups, key)
    .entries()
    .map(([name, members]): [string, number] => [name, sum(members)])
    .toArray()
    .toSorted((a, b) => b[1] - a[1])
}

function sum(groups: readonly OutcomeGroup[]): number {
  return groups.reduce((total, group) => total + group.count, 0)
}
