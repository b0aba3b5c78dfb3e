import { grades } from '../../check/index.ts'
import type { SweptDomain, SweptSet } from '../../sweep/index.ts'
import { advise } from './advice.ts'
import type { ListDomainLine, ListProviderLine, ListReport, ListReportSource, ListSetLine, Standing, Tally } from './report.ts'

const nothing: Tally = { recipients: 0, domains: 0 }

/** Counts recipients and domains by whatever a marketer asks for. */
export function buildListReport(source: ListReportSource): ListReport {
  const { sets, numbers } = describeSets(source)
  const domains = source.domains.map((swept) => describeDomain(swept, numbers, source))
  const by = <K>(key: (line: ListDomainLine) => K): [K, Tally][] =>
    [...Map.groupBy(domains, key)].map(([key, lines]) => [key, tally(lines)])
  const standing = new Map(by((line) => line.standing))
  const facts = {
    schema: 'urn:sealpost:list-check:1',
    software: source.software,
    writtenAt: new Date(source.now).toISOString(),
    level: source.level,
    interrupted: source.interrupted,
    list: { path: source.path, ...tally(domains), invalid: source.invalid, sample: source.sample },
    summary: {
      met: standing.get('met') ?? nothing,
      below: standing.get('below') ?? nothing,
      untested: standing.get('untested') ?? nothing,
      'no-mail': standing.get('no-mail') ?? nothing,
      unknown: standing.get('unknown') ?? nothing,
    },
    verdicts: by((line) => line.verdict ?? 'unknown')
      .map(([verdict, count]) => ({ verdict, ...count }))
      .toSorted(byRecipients),
    grades: by((line) => line.grade)
      .map(([grade, count]) => ({ grade, ...count }))
      .toSorted((a, b) => rank(a.grade) - rank(b.grade)),
    providers: describeProviders(source.domains, domains),
    rules: countRules(domains),
    domains,
    sets,
  } as const
  return { ...facts, advice: advise(facts) }
}

function tally(lines: readonly { readonly recipients: number }[]): Tally {
  return { recipients: lines.reduce((sum, { recipients }) => sum + recipients, 0), domains: lines.length }
}

function byRecipients(a: { readonly recipients: number }, b: { readonly recipients: number }): number {
  return b.recipients - a.recipients
}

/** Best first, and what has none last. */
function rank(grade: string): number {
  const index = grades.findIndex((one) => one === grade)
  return index === -1 ? grades.length : index
}

function describeSets({ domains, now }: ListReportSource) {
  const numbers = new Map<SweptSet, number>()
  const sets: ListSetLine[] = []
  for (const { set } of domains) {
    if (!set?.mx || !set.result || numbers.has(set)) continue
    numbers.set(set, sets.length)
    const { hosts, checkedAt } = set.result
    const { recipients, domains, recalled } = set
    sets.push({ mx: set.mx.ranks, recipients, domains, hosts, checkedAt, ageSeconds: ageOf(checkedAt, now), recalled })
  }
  return { sets, numbers }
}

function ageOf(checkedAt: string, now: number): number {
  return Math.max(0, Math.round((now - Date.parse(checkedAt)) / 1000))
}

function describeDomain(
  { domain, recipients, set }: SweptDomain,
  numbers: ReadonlyMap<SweptSet, number>,
  { now, standingOf }: ListReportSource,
): ListDomainLine {
  const result = set?.result
  return {
    domain,
    recipients,
    standing: result ? standingOf(result) : 'unknown',
    provider: set?.provider?.id ?? null,
    verdict: result?.verdict ?? null,
    cause: result?.cause ?? null,
    grade: result?.grade ?? '–',
    words: result?.words ?? 'not looked at yet',
    quote: result?.quote ?? null,
    rules: result?.rules ?? [],
    set: set ? (numbers.get(set) ?? null) : null,
    sharedBy: set?.domains ?? 1,
    checkedAt: result?.checkedAt ?? null,
    ageSeconds: result ? ageOf(result.checkedAt, now) : null,
  }
}

function describeProviders(swept: readonly SweptDomain[], lines: readonly ListDomainLine[]): readonly ListProviderLine[] {
  const names = new Map(swept.flatMap(({ set }) => (set?.provider ? [[set.provider.id, set.provider.name] as const] : [])))
  return [...Map.groupBy(lines, ({ provider }) => provider)]
    .map(([id, lines]) => {
      const of = (standing: Standing): number => tally(lines.filter((line) => line.standing === standing)).recipients
      return {
        id,
        name: id === null ? 'nobody in the directory' : (names.get(id) ?? id),
        ...tally(lines),
        met: of('met'),
        below: of('below'),
        untested: of('untested'),
        unknown: of('unknown'),
        grade: lines.reduce(
          (worst, { grade }) => (grade !== '–' && (worst === '–' || rank(grade) > rank(worst)) ? grade : worst),
          '–',
        ),
      }
    })
    .toSorted(byRecipients)
}

function countRules(lines: readonly ListDomainLine[]): ListReport['rules'] {
  const counts = new Map<string, { recipients: number; domains: number }>()
  for (const { rules, recipients } of lines)
    for (const rule of rules) {
      const count = counts.get(rule) ?? { recipients: 0, domains: 0 }
      counts.set(rule, { recipients: count.recipients + recipients, domains: count.domains + 1 })
    }
  return [...counts].map(([rule, count]) => ({ rule, ...count })).toSorted(byRecipients)
}
