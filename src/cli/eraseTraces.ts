import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  Mentions,
  type MessageOf,
  OrderBook,
  QueueReader,
  SqliteBounceLedger,
  SqliteClaimBox,
  SqliteLists,
  SqliteSuppressionList,
  SqliteTrackingLedger,
  claimsName,
  ledgerName,
  listCopies,
} from '../store/index.ts'

/** What a data folder has of some people. */
export interface Traces {
  readonly messages: readonly MessageOf[]
  /** Stored lists that they are on, and the file that each was imported from last. */
  readonly lists: readonly { readonly name: string; readonly source: string }[]
  readonly suppressions: number
  /** What came back of messages to them. */
  readonly bounces: number
  /** What providers claim of messages to them. */
  readonly claims: number
  readonly orders: number
  /** Somewhere links were counted: whether theirs, is not looked up. */
  readonly tracking: boolean
  /** Copies of databases in the folder, which may have them. */
  readonly copies: readonly string[]
  /** Campaigns that name them in what was frozen: as their sender, say. That is not changed. */
  readonly campaigns: readonly string[]
  /** How many of them were erased before. */
  readonly erased: number
}

/** Looks for people in a data folder, and changes nothing. */
export function findTraces(folder: string, addressKeys: readonly string[]): Traces {
  const has = (name: string): boolean => existsSync(join(folder, name))
  using stack = new DisposableStack()
  const queue = has('queue.db') ? stack.use(QueueReader.open(folder)) : undefined
  const lists = has('lists.db') ? stack.use(SqliteLists.open(folder)) : undefined
  const bounces = has(ledgerName) ? stack.use(SqliteBounceLedger.open(folder)) : undefined
  const claims = has(claimsName) ? stack.use(SqliteClaimBox.open(folder)) : undefined
  const book = has('control.db') ? stack.use(OrderBook.open(folder)) : undefined
  const suppressed = has('suppression.db') || has('queue.db') ? stack.use(SqliteSuppressionList.open(folder)) : undefined
  const tracking = stack.use(SqliteTrackingLedger.openExisting(folder) ?? { [Symbol.dispose]: () => undefined })
  const messages = queue?.messagesTo(addressKeys) ?? []
  const ids = messages.map(({ id }) => id)
  return {
    messages,
    lists: lists?.listsOf(addressKeys) ?? [],
    suppressions: suppressed?.countOf(addressKeys) ?? 0,
    bounces: bounces?.countOf(addressKeys, ids) ?? 0,
    claims: claims?.countOf(ids) ?? 0,
    orders: book?.countOf(addressKeys) ?? 0,
    tracking: tracking instanceof SqliteTrackingLedger,
    copies: listCopies(folder),
    campaigns: queue ? findCampaigns(queue, addressKeys) : [],
    erased: suppressed?.findErased(addressKeys).size ?? 0,
  }
}

function findCampaigns(queue: QueueReader, addressKeys: readonly string[]): readonly string[] {
  const mentions = new Mentions(addressKeys)
  return queue.campaignNames().filter((name) => mentions.isIn(queue.campaign(name)?.frozen ?? ''))
}
