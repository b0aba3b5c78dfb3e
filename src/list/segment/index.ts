/** Parts of a list: by a condition on its columns, by lot, and for a test of two subjects. Pure functions. */
export { checkColumns } from './columns.ts'
export { evaluate } from './evaluate.ts'
export { type Segment, parseSegment } from './parse.ts'
export { type Split, type SubjectTest, chooseSubject, isInSplit } from './split.ts'
