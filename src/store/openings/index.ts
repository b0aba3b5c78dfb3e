/** What opens the commitments of the evidence log. */
export { type OpenedAttempt, type OpenedSession, OpeningsReader } from './reader.ts'
export { emptyOpeningsLog, eraseOpenings } from './erase.ts'
