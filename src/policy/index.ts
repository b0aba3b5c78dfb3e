/** What a destination must provide, what a hop did provide, and what follows for a message. Pure. */
export { describeCause, problemWords } from './cause.ts'
export { type MessageDemand, type Policy, type PolicyInput, type StsGround, decidePolicy } from './decide.ts'
export { type Decision, decideDelivery, passOver } from './deliver.ts'
export {
  type DaneGround,
  type Demand,
  type HostGround,
  type MemoryGround,
  type Step,
  type Voucher,
  decideDemand,
  plainGround,
} from './demand.ts'
export { type Level, levels, stricter } from './level.ts'
export { type HostMemory, type HostRecord, type SeenTls, createHostMemory, recallHost, remember } from './memory.ts'
export {
  type Judgement,
  type DaneVouching,
  type NameSource,
  type Vouching,
  type Verdict,
  isFirstLineOnly,
  isMangled,
  judgeHop,
  verdicts,
} from './verdict.ts'
