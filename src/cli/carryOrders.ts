import type { Clock } from '../clock.ts'
import { visible } from '../escape.ts'
import type { EvidenceLog } from '../evidence/index.ts'
import { type CampaignOrder, type EraseOrder, type MessageOrder, type Order, type OrderResult, isStale } from '../queue/index.ts'
import type { Settings } from '../settings/index.ts'
import type { OrderBook, QueueDatabase } from '../store/index.ts'
import type { ClaimCarrier } from './carryClaims.ts'
import { carryOutErase } from './eraseOrder.ts'
import { noteCampaign } from './noteCampaign.ts'
import { carryOutSchedule } from './scheduleOrder.ts'
import { software } from './version.ts'

/** Why a message of a cancelled campaign was not sent, as the queue has it. */
const cancelled = 'cancelled'

/** What it takes to carry orders out: the queue and the log are the caller's alone. */
export interface OrderHands {
  readonly store: QueueDatabase
  readonly log: EvidenceLog
  readonly book: OrderBook
  readonly clock: Clock
  readonly settings: Settings
  /** Takes in what providers claim; undefined where only orders are carried out. */
  readonly claims?: ClaimCarrier
  /** Nothing is sent by whoever has the queue: what is in flight there was left so by a run that was killed. */
  readonly idle?: boolean
}

/** How the evidence calls what was done; trying again earlier is nothing that a reader of it must know. */
const acts = { release: 'messages-released', fail: 'messages-failed', drop: 'messages-dropped', retry: undefined } as const

const reasons = { release: '', retry: '', fail: 'given up by hand', drop: 'taken out of the queue by hand' } as const

/** Carries out what waits in the book, one after another, and writes down what became of each. */
export async function carryOutWaiting(
  hands: OrderHands,
  onDone: (order: Order, result: OrderResult) => void = () => undefined,
): Promise<void> {
  const { book, clock } = hands
  for (const { id, order } of book.waiting()) {
    if (!order) {
      book.finish(id, { kind: 'refused', why: 'it is not an order of this version of Sealpost' }, clock.now())
      continue
    }
    if (order.kind === 'erase') {
      const erased = await carryOutErase(order, hands)
      if (!erased) continue
      book.finishErase(order, erased, clock.now())
      onDone(order, erased)
      continue
    }
    const result = await carryOut(order, hands)
    if ('filter' in order || order.kind === 'schedule' || result.kind === 'refused') book.finish(id, result, clock.now())
    else book.finishCampaign(order, result.count, clock.now())
    onDone(order, result)
  }
}

async function carryOut(order: Exclude<Order, EraseOrder>, hands: OrderHands): Promise<OrderResult> {
  const { store, book, clock } = hands
  if ('filter' in order && store.wasCarriedOut(order.id))
    return { kind: 'done', count: await store.carryOut(order, '', clock.now()) }
  if (isStale(order, clock.now()))
    return { kind: 'refused', why: 'it is more than a day old; give it again if it is still meant' }
  if (order.kind === 'schedule') return carryOutSchedule(order, hands)
  const campaign = 'filter' in order ? order.filter.campaign : order.campaign
  if (campaign !== undefined && !store.campaign(campaign))
    return { kind: 'refused', why: `there is no campaign named ${visible(campaign, 100)}` }
  if (order.kind === 'cancel') return cancel(order, hands)
  if (order.kind === 'resume' && book.cancelled().has(order.campaign))
    return { kind: 'refused', why: 'it was cancelled; under a new name it can be sent anew' }
  if (!('filter' in order)) return { kind: 'done', count: 0 }
  await record(order, hands)
  return { kind: 'done', count: await store.carryOut(order, reasons[order.kind], clock.now()) }
}

/** Ends all that is not in flight; what that comes to is ended by `endCancelled` where it is not sent. */
async function cancel({ id, at, by, campaign }: CampaignOrder, hands: OrderHands): Promise<OrderResult> {
  const { store, log, clock } = hands
  const drop: MessageOrder = { id, at, by, kind: 'drop', filter: { campaign } }
  const digest = store.campaign(campaign)?.digest ?? ''
  if (!store.wasCarriedOut(id)) {
    await noteCampaign('campaign-cancelled', { name: campaign, digest }, hands, { order: id, software })
    await log.flush()
  }
  return { kind: 'done', count: await store.carryOut(drop, cancelled, clock.now()) }
}

/** Ends what came back in line of campaigns that were cancelled while it was in flight; names those of which more may come. */
export async function endCancelled(names: Iterable<string>, { store, clock }: OrderHands): Promise<readonly string[]> {
  const more: string[] = []
  for (const campaign of names) {
    if (!store.campaign(campaign)) continue
    if ((await store.nextDue(campaign)) !== undefined) await store.drop({ campaign }, cancelled, clock.now())
    const { held, deferred, waiting } = await store.counts(campaign)
    if (held + deferred + waiting > 0) more.push(campaign)
  }
  return more
}

/** The evidence says so before it has any effect: who reads there that a message went in the clear finds why it was let. */
async function record(order: MessageOrder, { store, log, settings }: OrderHands): Promise<void> {
  const act = acts[order.kind]
  if (act === undefined) return
  for (const { campaign, messages, domains, domain } of store.tally(order)) {
    const level = order.kind === 'release' ? { level: order.level } : {}
    // A domain of one person names that person.
    const where = domain === undefined || settings.evidence.domains === 'committed' ? { domains } : { domain }
    log.act({ act, detail: { order: order.id, campaign, ...where, ...level, count: messages, software } })
  }
  await log.flush()
}
