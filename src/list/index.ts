/** Lists of recipients in CSV and JSON Lines, read row by row. */
export { type DuplicateKind, addressKey, duplicateKinds } from './addressKey.ts'
export { readAddress } from './cell.ts'
export { type Role, roles } from './columnName.ts'
export { type Duplicate, type ListCount, countRows, markDuplicates } from './duplicate.ts'
export { hashFile } from './hash.ts'
export type { Mapping } from './header.ts'
export type { Delimiter } from './limit.ts'
export {
  type InvalidRow,
  type List,
  type ListForm,
  type ListOptions,
  type Recipient,
  type Row,
  openList,
  readList,
} from './list.ts'
export { type Known, type Seen, createSeen } from './seen.ts'
export { type DateOrder, parseDate } from './date.ts'
export { isListName } from './listName.ts'
export type { Member } from './member.ts'
export { ListReading, type Problem, type Survey, type Typo } from './survey.ts'
export { type DomainProblem, judgeDomain } from './judgeDomain.ts'
export {
  type Segment,
  type Split,
  type SubjectTest,
  checkColumns,
  chooseSubject,
  isInSplit,
  parseSegment,
} from './segment/index.ts'
export { holdsFor } from './select.ts'
export { printCell, printQuotedCell } from './printCell.ts'
