import { type FrozenCampaign, listTargets } from '../campaign/index.ts'
import { visible } from '../escape.ts'
import { printCount, printNumber } from '../report/index.ts'
import type { SqliteTrackingLedger } from '../store/index.ts'
import { type DayCount, type HitCount, tagOf } from '../tracking/index.ts'

/** A link of a campaign, with how often it was followed. */
interface CountedLink extends HitCount {
  readonly link: number
  /** Where it leads; as it was written where that hangs on the row. */
  readonly url: string
}

/** What was counted of a campaign; undefined for what it does not count. */
export interface TrackedCounts {
  readonly clicks: (HitCount & { readonly links: readonly CountedLink[] }) | undefined
  readonly opens: HitCount | undefined
  readonly days: readonly DayCount[]
}

/** What is wrong with such numbers, wherever they are shown; docs/tracking.md has the sources. */
export const openCaveat =
  'Openings are no readers: Apple Mail and Gmail fetch pictures by themselves, others fetch none. Clicks include those of scanners.'

/** Links that are shown, those that were followed most. */
const mostLinks = 10

/**
 * Undefined where the campaign counts nothing.
 *
 * @param ledger undefined where nothing was counted yet in the data folder
 */
export function readCounts(
  ledger: SqliteTrackingLedger | undefined,
  frozen: Pick<FrozenCampaign, 'name' | 'digest' | 'tracking'> | undefined,
): TrackedCounts | undefined {
  if (!frozen?.tracking) return undefined
  const { links, opens } = frozen.tracking
  const tag = tagOf(frozen.name, frozen.digest)
  const byLink = new Map(ledger?.byLink(tag).map((count) => [count.link, count]))
  const named =
    links &&
    listTargets(links).map((target, at) => ({ ...none, link: at + 1, ...byLink.get(at + 1), url: target ?? links[at] ?? '' }))
  return {
    clicks: named && { ...(ledger?.total(tag, 'click') ?? none), links: named },
    opens: opens && (ledger?.total(tag, 'open') ?? none),
    days: ledger?.byDay(tag) ?? [],
  }
}

const none: HitCount = { total: 0, unique: 0 }

/** In JSON: what is not counted is null. */
export function publishCounts(counted: TrackedCounts | undefined) {
  if (!counted) return null
  const { clicks, opens, days } = counted
  return { clicks: clicks ?? null, opens: opens ?? null, days, caveat: openCaveat }
}

/** For people: adds lines to a table, and returns what is to be said below it. */
export function tellCounts(
  { clicks, opens }: TrackedCounts,
  sent: number,
  add: (label: string, value: string) => void,
): readonly string[] {
  if (opens) add('opened', say(opens, sent))
  if (clicks) add('clicked', say(clicks, sent))
  const followed = clicks?.links.filter(({ total }) => total > 0).toSorted((one, other) => other.unique - one.unique) ?? []
  for (const { link, url, unique, total } of followed.slice(0, mostLinks))
    add(`link ${link}`, `${printNumber(unique)} (${printCount(total, 'time')}): ${visible(url, 120)}`)
  if (followed.length > mostLinks) add('', `… and ${printNumber(followed.length - mostLinks)} more: sealpost campaign links`)
  return [openCaveat]
}

function say({ total, unique }: HitCount, sent: number): string {
  const share = sent > 0 ? `, ${((unique / sent) * 100).toFixed(1)}% of those sent` : ''
  return `by ${printCount(unique, 'recipient')}${share} (${printCount(total, 'time')})`
}
