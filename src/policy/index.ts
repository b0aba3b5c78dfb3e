/** What a destination must provide, what a hop did provide, and what follows for a message. Pure. */
export { type Decision, type Policy, decideDelivery, decidePolicy } from './decide.ts'
export { type Level, levels, stricter } from './level.ts'
export {
  type Judgement,
  type NameSource,
  type Verdict,
  isFirstLineOnly,
  isMangled,
  judgeHop,
  problemWords,
  verdicts,
} from './verdict.ts'
