import { visible } from '../../escape.ts'
import { findField } from '../../mime/read/index.ts'
import { weighBulk } from '../demand.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources, rfc } from '../source.ts'
import { eachSample } from './sample.ts'

export const unsubscribeOneClick: Rule = {
  id: 'unsubscribe-one-click',
  severity: 'error',
  title: 'Unsubscribing takes more than one click',
  why: 'Without an https address and List-Unsubscribe-Post, inboxes show no button that works at once; mailto alone does not fulfil what Gmail and Yahoo ask.',
  next: 'Give List-Unsubscribe an https address, and add List-Unsubscribe-Post: List-Unsubscribe=One-Click.',
  sources: [rfc(8058, '3.1'), sources.gmail, sources.yahoo],
  receivers: ['gmail', 'yahoo'],
  look: (facts) =>
    eachSample(facts, ({ fields }) => {
      const value = findField(fields, 'list-unsubscribe')
      if (value === undefined) return undefined
      const weight = weighBulk(facts, ['gmail', 'yahoo'])
      if (!/<https:\/\/[^>]+>/i.test(value)) return broken(`no https address: ${visible(value, 150)}`, weight)
      const post = findField(fields, 'list-unsubscribe-post')
      return post?.replace(/\s+/g, '').toLowerCase() === 'list-unsubscribe=one-click'
        ? kept
        : broken('no List-Unsubscribe-Post', weight)
    }),
}
