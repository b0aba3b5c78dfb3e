/** Where the mail of a whole list goes: every host examined once, whatever the number of domains behind it. */
export { forgetHost } from './forget.ts'
export { createPoliteDialer } from './politeDialer.ts'
export { type SetResult, saysNothing } from './result.ts'
export { StateFile } from './state.ts'
export { type SweepProgress, type SweptDomain, type SweptSet, sweep } from './sweep.ts'
