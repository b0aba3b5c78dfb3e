import { visible } from '../../escape.ts'
import { type Rule, broken, kept, untested } from '../finding.ts'
import { rfc, sources } from '../source.ts'

const steps = { url: 'the address', get: 'its page', post: 'one click' } as const

export const unsubscribeUnanswered: Rule = {
  id: 'unsubscribe-unanswered',
  severity: 'error',
  title: 'The unsubscribe link does not work',
  why: 'Who clicks and stays on the list reports spam; CAN-SPAM wants a way out that works for 30 days, and Gmail and Yahoo ask for one click that is answered.',
  next: 'Start sealpost serve with this data folder where server.baseUrl leads, let a proxy before it pass /u/ on unchanged, and see with sealpost unsubscribe check.',
  sources: [rfc(8058, '3.2'), sources.canSpam, sources.gmail, sources.yahoo],
  receivers: ['gmail', 'yahoo'],
  look: ({ link }) => {
    if (!link) return undefined
    const { baseUrl, answer } = link
    if (answer.kind === 'fine') return kept
    const why = visible(answer.why, 200)
    if (answer.kind === 'untested') return untested(`whether the link works was not tested: ${why}`)
    return broken(`${visible(baseUrl, 200)}, ${steps[answer.step]}: ${why}`)
  },
}
