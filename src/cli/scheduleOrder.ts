import { type Moment, loadCampaign, parseFrozen } from '../campaign/index.ts'
import { SealpostError } from '../errors.ts'
import type { EvidenceLog } from '../evidence/index.ts'
import type { OrderResult, ScheduleOrder } from '../queue/index.ts'
import { type QueueDatabase, SqliteSuppressionList, type StoredCampaign } from '../store/index.ts'
import type { Settings } from '../settings/index.ts'
import type { Clock } from '../clock.ts'
import { takeIn } from './intake.ts'
import { makeReady } from './ready.ts'
import { noteCampaign, noteForced } from './noteCampaign.ts'

interface Hands {
  readonly store: QueueDatabase
  readonly log: EvidenceLog
  readonly clock: Clock
  readonly settings: Settings
}

/** Takes a campaign in that begins later, or lets one that has not begun begin at another time. */
export async function carryOutSchedule(order: ScheduleOrder, hands: Hands): Promise<OrderResult> {
  const known = hands.store.campaign(order.campaign)
  if (known && known.digest !== order.digest)
    return { kind: 'refused', why: 'a campaign of this name was taken in before, and with other content' }
  const startsAt = { at: order.startsAt, zone: order.zone }
  // Whoever carried it out before may have been killed before it could say so.
  if (known?.createdAt === startsAt.at) return { kind: 'done', count: (await hands.store.counts(order.campaign)).total }
  // 0: at once.
  if (startsAt.at > 0 && startsAt.at <= hands.clock.now()) return { kind: 'refused', why: 'its time is past' }
  return known ? move(known, startsAt, order, hands) : takeInLater(startsAt, order, hands)
}

async function move(known: StoredCampaign, startsAt: Moment, order: ScheduleOrder, hands: Hands): Promise<OrderResult> {
  const { store, clock } = hands
  const at = startsAt.at || clock.now()
  const count = await store.startAt(known.name, at)
  if (count === 0) return { kind: 'refused', why: 'it has begun, or nothing of it is left' }
  const frozen = { ...parseFrozen(known.frozen), startsAt: { ...startsAt, at } }
  await store.amend(known.name, known.digest, JSON.stringify(frozen))
  await noteCampaign('campaign-scheduled', frozen, hands, { order: order.id, startsAt: new Date(at).toISOString() })
  await hands.log.flush()
  return { kind: 'done', count }
}

async function takeInLater(startsAt: Moment, order: ScheduleOrder, hands: Hands): Promise<OrderResult> {
  try {
    const { startsAt: _fromFile, ...campaign } = await loadCampaign(order.file)
    const chosen = startsAt.at > 0 ? { startsAt } : {}
    using opened = new DisposableStack()
    const { frozen, list } = await makeReady({ ...campaign, ...chosen }, hands.settings, opened)
    if (frozen.name !== order.campaign || frozen.digest !== order.digest)
      return { kind: 'refused', why: 'its files were changed since the order was given' }
    using suppressions = SqliteSuppressionList.open(hands.settings.data)
    const intake = await takeIn(frozen, list.rows(), { ...hands, suppressions }, () => undefined)
    const time = new Date(startsAt.at || hands.clock.now()).toISOString()
    await noteCampaign('campaign-scheduled', frozen, hands, { order: order.id, startsAt: time })
    if (intake && order.forced) noteForced(frozen, order.forced, hands)
    await hands.log.flush()
    return { kind: 'done', count: intake?.accepted ?? 0 }
  } catch (error) {
    // What is wrong with its files is the matter of who gave the order; the sender goes on.
    if (error instanceof SealpostError && error.code !== 'SP_DISK_FULL' && !error.code.startsWith('SP_STORE_'))
      return { kind: 'refused', why: `${error.where === undefined ? '' : `${error.where}: `}${error.what}`.slice(0, 1_000) }
    throw error
  }
}
