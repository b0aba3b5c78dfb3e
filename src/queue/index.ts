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
  type MessageSource,
  type QueueItem,
  type QueueStore,
  type Rendered,
  type Settlement,
  type State,
  states,
} from './item.ts'
export type { Recorder } from './lane.ts'
export type { DeliveryTimeouts } from './reach.ts'
export { type RunOptions, runQueue } from './run.ts'
