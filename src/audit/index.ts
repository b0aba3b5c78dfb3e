/** Reads and mends the TLS settings of other software that sends mail. */
export { softwares } from './software/index.ts'
export { formats } from './format/index.ts'
export { findSetups } from './setup.ts'
export { judge } from './judge.ts'
export { planMends } from './mend/plan.ts'
export { describeMode } from './mode.ts'
export { encodeText, scan } from './scan/index.ts'
export type { Found, ScanEvent, ScanOptions } from './scan/index.ts'
