/** What opens the commitments of the evidence log. */
export { Openings } from './openings.ts'
export { type OpenedAttempt, type OpenedSession, OpeningsReader } from './reader.ts'
