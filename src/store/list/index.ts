/** Stored lists of recipients. */
export { type ListImport, SqliteLists } from './lists.ts'
export type { Merge, StoredList } from './stored.ts'
