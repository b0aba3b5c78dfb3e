import { systemClock } from '../clock.ts'
import { json, visible } from '../escape.ts'
import { checkColumns, holdsFor, parseSegment } from '../list/index.ts'
import { printCount, printNumber, printShare } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { SqliteLists, type StoredList } from '../store/index.ts'
import { type ProviderShare, countProviders } from './countProviders.ts'
import { type Exit, exits } from './exit.ts'
import { createProgress } from './progress.ts'
import { createNetwork } from './wiring.ts'

export interface ListShowArguments {
  readonly where?: string
  /** Ask the DNS who runs the mail servers of its domains. */
  readonly providers?: boolean
  readonly json?: boolean
  readonly settings?: string
}

/** What a list holds, counted. */
interface Overview {
  readonly members: number
  /** Of those for whom the condition holds. */
  readonly selected: number
  readonly domains: readonly (readonly [string, number])[]
  readonly consent: {
    readonly at: number
    readonly how: number
    readonly source: number
    readonly all: number
    readonly oldest: number | undefined
    readonly newest: number | undefined
    /** Given more than two years ago. */
    readonly old: number
  }
}

const twoYears = 2 * 365 * 86_400_000

/** Shows what a stored list holds, or the part of it for which a condition holds. */
export async function runListShow(name: string, given: ListShowArguments): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  using lists = SqliteLists.open(settings.data)
  const list = lists.get(name)
  const overview = look(lists, list, given.where)
  const asking = given.providers
    ? { resolver: (await createNetwork(settings)).resolver, progress: createProgress('asking') }
    : undefined
  const shares = await countProviders(overview.domains, asking)
  const { where } = given
  process.stdout.write(given.json ? `${json(publish(list, overview, shares, where))}\n` : print(list, overview, shares, given))
  return exits.fine
}

function look(lists: SqliteLists, list: StoredList, where: string | undefined): Overview {
  const segment = where === undefined ? undefined : parseSegment(where)
  if (segment) checkColumns(segment, list.columns)
  const domains = new Map<string, number>()
  const counts = { members: 0, selected: 0 }
  const consent = { at: 0, how: 0, source: 0, all: 0, old: 0 }
  let oldest = Number.POSITIVE_INFINITY
  let newest = Number.NEGATIVE_INFINITY
  const now = systemClock.now()
  for (const member of lists.members(list)) {
    counts.members++
    if (segment && !holdsFor(segment, member)) continue
    counts.selected++
    domains.set(member.domain, (domains.get(member.domain) ?? 0) + 1)
    const { consentAt, consentHow, consentSource } = member
    if (consentHow !== '') consent.how++
    if (consentSource !== '') consent.source++
    if (consentAt === undefined) continue
    consent.at++
    if (consentHow !== '' && consentSource !== '') consent.all++
    if (now - consentAt > twoYears) consent.old++
    oldest = Math.min(oldest, consentAt)
    newest = Math.max(newest, consentAt)
  }
  return {
    ...counts,
    domains: [...domains].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)),
    consent: { ...consent, oldest: consent.at > 0 ? oldest : undefined, newest: consent.at > 0 ? newest : undefined },
  }
}

const shownDomains = 15
const shownProviders = 15

function print(
  list: StoredList,
  { members, selected, domains, consent }: Overview,
  shares: readonly ProviderShare[],
  { where, providers }: ListShowArguments,
): string {
  const of = (count: number): string => `${printNumber(count)} (${printShare(count, selected)})`
  const day = (at: number | undefined): string => (at === undefined ? '' : new Date(at).toISOString().slice(0, 10))
  const lines = [
    `${list.name}: ${printCount(members, 'member')}, made ${day(list.createdAt)}, last imported ${day(list.updatedAt)} from ${visible(list.source)}`,
    ...(where === undefined
      ? []
      : [`for whom ${visible(where)}: ${of(selected).replace(/\(.*/, `(${printShare(selected, members)})`)}`]),
    `columns: ${list.columns.map((column) => visible(column, 50)).join(', ')}`,
    `read as: ${Object.entries(list.mapping)
      .map(([role, column]) => `${role} = ${visible(column, 50)}`)
      .join(', ')}`,
  ]
  if (selected > 0) {
    lines.push(
      `consent: when ${of(consent.at)}, how ${of(consent.how)}, source ${of(consent.source)}, all three ${of(consent.all)}`,
      ...(consent.at > 0
        ? [`  given between ${day(consent.oldest)} and ${day(consent.newest)}; ${of(consent.old)} more than two years ago`]
        : []),
      `mailboxes at${providers ? '' : ', as far as their domains say (--providers asks the DNS who runs the others)'}:`,
      ...shares.slice(0, shownProviders).map(({ name, members }) => `  ${name.padEnd(44)} ${of(members)}`),
      ...(shares.length > shownProviders
        ? [`  … and ${printNumber(shares.length - shownProviders)} more; --json names all`]
        : []),
      `domains: ${printNumber(domains.length)}`,
      ...domains.slice(0, shownDomains).map(([domain, count]) => `  ${visible(domain, 60).padEnd(30)} ${of(count)}`),
    )
    if (domains.length > shownDomains) lines.push(`  … and ${printNumber(domains.length - shownDomains)} more; --json names all`)
  }
  return `${lines.join('\n')}\n`
}

function publish(list: StoredList, overview: Overview, shares: readonly ProviderShare[], where: string | undefined) {
  const { name, columns, mapping, createdAt, updatedAt, source, sourceSha256 } = list
  const { oldest, newest, ...consent } = overview.consent
  const time = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString())
  return {
    schema: 'sealpost/list@1',
    name,
    createdAt: time(createdAt),
    updatedAt: time(updatedAt),
    source,
    sourceSha256,
    columns,
    mapping,
    where: where ?? null,
    members: overview.members,
    selected: overview.selected,
    consent: { ...consent, oldest: time(oldest), newest: time(newest) },
    providers: shares,
    domains: Object.fromEntries(overview.domains),
  }
}
