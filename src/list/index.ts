/** Lists of recipients in CSV, read row by row. */
export { readAddress } from './cell.ts'
export {
  type Duplicate,
  type ListCount,
  type Seen,
  addressKey,
  countRows,
  markDuplicates,
  rememberInMemory,
} from './duplicate.ts'
export type { Delimiter } from './limit.ts'
export { type InvalidRow, type List, type ListOptions, type Recipient, type Row, openList, readList } from './list.ts'
