import { type Rule, broken, kept } from '../finding.ts'

export const listInvalid: Rule = {
  id: 'list-invalid',
  severity: 'warning',
  title: 'The list has rows that cannot be sent to',
  why: 'They are left out. Many of them hint at a list that was damaged when it was exported.',
  next: 'Correct the rows named above.',
  sources: [],
  receivers: [],
  look: ({ list }) =>
    list.invalid > 0
      ? broken(
          `${list.invalid} of ${list.invalid + list.recipients + list.duplicates} rows`,
          list.invalid * 20 > list.recipients ? 'warning' : 'info',
        )
      : kept,
}
