/** What is told of a whole list. */
export { buildListReport } from './build.ts'
export type { ListReport, ListReportSource, Standing } from './report.ts'
export { printListReport } from './text.ts'
