/** The suppression list in `suppression.db`, and the question that is asked before each message. */
export { SuppressionGate } from './gate.ts'
export { hashKey } from './hash.ts'
export { SqliteSuppressionList } from './list.ts'
