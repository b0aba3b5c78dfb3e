/** Durable delivery: what is due, over which connection, and what became of it. */
export type { Route } from './destination.ts'
export {
  type Counts,
  type DomainSettlement,
  type DueDomain,
  type Expiry,
  type MessageSource,
  type QueueItem,
  type QueueStore,
  type Rendered,
  type Settlement,
  type State,
  type Usage,
  states,
} from './item.ts'
export type { HeldEnd, Job } from './job.ts'
export type { DeliveryTimeouts } from './reach.ts'
export { type AttemptFacts, type EntryLog, type Recorder, createRecorder } from './record.ts'
export { type RunOptions, runQueue } from './run.ts'
