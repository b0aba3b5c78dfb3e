import { listBulk, dailyVolume } from '../demand.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'

export const volumeBulk: Rule = {
  id: 'volume-bulk',
  severity: 'info',
  title: 'This campaign makes you a bulk sender',
  why: 'From about 5,000 messages a day to personal accounts Gmail and Outlook.com hold senders to stricter rules; with Gmail for ever.',
  next: 'Mend what is named here as an error; nothing else needs to be done.',
  sources: [sources.gmailFaq, sources.outlook],
  receivers: ['gmail', 'outlook'],
  look: (facts) => {
    const found = listBulk(facts, ['gmail', 'yahoo', 'outlook'])
    return found.length === 0
      ? kept
      : broken(found.map(({ id, name, note }) => `${name}: ${dailyVolume(facts, id)} within a day (${note})`).join('; '))
  },
}
