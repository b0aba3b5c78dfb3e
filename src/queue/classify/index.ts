/** What a reply means for a message: class, whom it concerns, whether to try again, and when. */
export { type Classified, classifyOutcome } from './classify.ts'
export { type ClassWords, type FailureClass, describeClass, failureClasses } from './failureClass.ts'
export type { ReplyRow, Scope } from './row.ts'
export { replyTable } from './table.ts'
