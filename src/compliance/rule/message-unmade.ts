import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'

export const messageUnmade: Rule = {
  id: 'message-unmade',
  severity: 'warning',
  title: 'A message cannot be made',
  why: 'What stands in this row breaks the template or the message: its recipient gets nothing.',
  next: 'Correct the row, or the template for rows like it.',
  sources: [],
  receivers: [],
  look: ({ unmade }) => {
    const [first, ...more] = unmade
    return first
      ? broken(
          `line ${first.line}: ${visible(first.why, 200)}${more.length > 0 ? `, and ${more.length} more of those looked at` : ''}`,
        )
      : kept
  },
}
