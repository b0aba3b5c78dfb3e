/** Durable delivery: what is due, over which connection, and what became of it. */
export {
  type Classified,
  type ClassWords,
  type FailureClass,
  type ReplyRow,
  type Scope,
  classifyOutcome,
  describeClass,
  failureClasses,
  replyTable,
} from './classify/index.ts'
export type { Route } from './destination.ts'
export type { MessageSource, Rendered } from './item.ts'
export type { Job } from './job.ts'
export { type DeliveryRule, type JobPace, LimitBook } from './limit/index.ts'
export {
  type CampaignOrder,
  type EraseOrder,
  type MessageOrder,
  type Order,
  type OrderResult,
  type ScheduleOrder,
  isStale,
  mostErased,
  orderResultSchema,
  parseOrder,
} from './order.ts'
export type { DeliveryTimeouts } from './reach.ts'
export type { Recorder } from './record.ts'
export { recoverQueue } from './recover.ts'
export { type RunOptions, runQueue } from './run.ts'
export {
  type GreylistMemory,
  type GreylistRecord,
  type GreylistSeen,
  createGreylistMemory,
  learnGreylist,
  likelyDelay,
} from './greylist/index.ts'
export {
  type Counts,
  type DomainSettlement,
  type DueDomain,
  type Expiry,
  type InFlight,
  type InFlightMessage,
  type Leased,
  type MessagePlace,
  type QueueDesk,
  type QueueFilter,
  type QueueItem,
  type QueueLine,
  type QueueStore,
  type Settlement,
  type State,
  type Usage,
  type Withheld,
  states,
} from './store.ts'
export {
  type Addressee,
  type AskSuppressed,
  type Suppression,
  type SuppressionList,
  type SuppressionReason,
  type Withdrawal,
  suppressionReasons,
  suppressionWords,
} from './suppression.ts'
export { TicketStore } from './ticket.ts'
