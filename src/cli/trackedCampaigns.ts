import { type FinderRow, type LinkFinder, createLinkFinder, parseFrozen } from '../campaign/index.ts'
import { SealpostError } from '../errors.ts'
import { addressKey } from '../list/index.ts'
import { parseAddress } from '../smtp/index.ts'
import { senderOf } from './linkedMessages.ts'
import type { QueueReader, SqliteSuppressionList } from '../store/index.ts'
import { type Reader, type TrackedCampaign, type TrackingDesk, tagOf } from '../tracking/index.ts'

/** The queue, as far as links ask for it. */
type Queue = Pick<QueueReader, 'campaign' | 'digests' | 'rowOf'>

/** Campaigns whose templates are kept, and targets that were worked out: a link is followed again and again. */
const mostCampaigns = 20
const mostTargets = 10_000

/** What people said who do not want mail, or do not want to be counted. */
type Refusals = Pick<SqliteSuppressionList, 'isSuppressed' | 'refusesCounting' | 'refuseCounting'>

/** Looks up in the queue where links lead: in the campaign as it was frozen, and for links with values in the list's row. */
export function createTrackedCampaigns(
  queue: () => Queue | undefined,
  suppressions: Refusals,
  now: () => number,
): TrackingDesk['campaigns'] {
  const campaigns = new Map<string, TrackedCampaign>()
  return {
    find: (tag) => {
      const known = campaigns.get(tag) ?? open(tag, queue, suppressions, now)
      if (!known) return undefined
      // To the end of the line: the first is then the one that was asked for longest ago.
      campaigns.delete(tag)
      campaigns.set(tag, known)
      const [oldest] = campaigns.keys()
      if (campaigns.size > mostCampaigns && oldest !== undefined) campaigns.delete(oldest)
      return known
    },
  }
}

function open(
  tag: string,
  queue: () => Queue | undefined,
  suppressions: Refusals,
  now: () => number,
): TrackedCampaign | undefined {
  const name = queue()
    ?.digests()
    .find(({ name, digest }) => tagOf(name, digest) === tag)?.name
  const stored = name === undefined ? undefined : queue()?.campaign(name)
  if (!stored) return undefined
  const { tracking, unsubscribe, ...frozen } = parseFrozen(stored.frozen)
  if (!tracking) return undefined
  const finder = createLinkFinder({ ...frozen, tracking, ...(unsubscribe && { unsubscribe }) })
  const targets = new Map<string, string | undefined>()
  /** The reader's own row: not that of another who has come to stand in its place, nor what is left of who was erased. */
  const rowOf = ({ messageId, isOf }: Reader) => {
    const row = queue()?.rowOf(messageId)
    const parsed = parseAddress(row?.address ?? '')
    if (row?.campaign !== stored.name || parsed.kind === 'invalid') return undefined
    const key = addressKey(parsed)
    return isOf(key) ? { ...row, key } : undefined
  }
  return {
    name: stored.name,
    clicks: tracking.links !== undefined,
    opens: tracking.opens === true,
    mayCount: async (reader) => {
      const key = rowOf(reader)?.key
      if (key === undefined || suppressions.refusesCounting(key)) return false
      const refused = await suppressions.isSuppressed([key], unsubscribe?.list)
      return refused.size === 0
    },
    sender: senderOf(frozen),
    withdrawalOf: (reader) => {
      const key = rowOf(reader)?.key
      if (key === undefined) return undefined
      return async () => void (await suppressions.refuseCounting(key, `link of message ${reader.messageId}`, now()))
    },
    targetOf: async (link, occurrence, reader) => {
      if (!finder.varies(link)) return finder.fixed(link)
      // First of all: of who was erased nothing is told, though it may be remembered here.
      const row = rowOf(reader)
      if (!row) return undefined
      const place = `${reader.messageId} ${link} ${occurrence}`
      if (targets.has(place)) return targets.get(place)
      const { address, columns } = row
      // Written by this program when the list was taken in.
      const values = { address, columns: JSON.parse(columns) as Record<string, string> }
      const target = find(finder, unsubscribe ? { ...values, unsubscribe: wayOut } : values, link, occurrence)
      if (targets.size >= mostTargets) targets.clear()
      targets.set(place, target)
      return target
    },
  }
}

/** In place of the recipient's own, which decides where no link leads. */
const wayOut = { url: 'https://unsubscribe.invalid/', headers: {} }

function find(finder: LinkFinder, row: FinderRow, link: number, occurrence: number): string | undefined {
  try {
    return finder.find(row, link, occurrence)
  } catch (error) {
    // A row of which no message can be made had no link either.
    if (error instanceof SealpostError && error.code === 'SP_TEMPLATE_INVALID') return undefined
    throw error
  }
}
