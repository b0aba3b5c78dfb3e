import { type Rule, broken, kept } from '../finding.ts'

export const listDuplicates: Rule = {
  id: 'list-duplicates',
  severity: 'info',
  title: 'The list has addresses twice',
  why: 'Each gets one message; many of them hint at a list that was put together from several.',
  next: 'Nothing needs to be done.',
  sources: [],
  receivers: [],
  look: ({ list }) => (list.duplicates > 0 ? broken(`${list.duplicates} rows`) : kept),
}
