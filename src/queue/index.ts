/** Durable delivery: what is due, over which connection, and what became of it. */
export type { Route } from './destination.ts'
export type {
  Counts as OldCounts,
  DomainSettlement as OldDomainSettlement,
  MessageSource,
  QueueItem as OldQueueItem,
  QueueStore as OldQueueStore,
  Rendered,
  Settlement as OldSettlement,
} from './item.ts'
export type { Recorder } from './lane.ts'
export type { DeliveryTimeouts } from './reach.ts'
export { type RunOptions, runQueue } from './run.ts'
export {
  type Counts,
  type DomainSettlement,
  type DueDomain,
  type Expiry,
  type Leased,
  type QueueDesk,
  type QueueFilter,
  type QueueItem,
  type QueueLine,
  type QueueStore,
  type Settlement,
  type State,
  type Usage,
  states,
} from './store.ts'
export { type Suppression, type SuppressionList, type SuppressionReason, suppressionReasons } from './suppression.ts'
