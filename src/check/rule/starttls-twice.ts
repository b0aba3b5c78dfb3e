import { commandsOf } from '../../starttls/index.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** Case 19. */
export const starttlsTwice: Rule<HostObservation> = {
  id: 'starttls-twice',
  severity: 'info',
  title: 'STARTTLS is listed twice',
  why: 'It counts once.',
  next: 'Nothing needs to be done.',
  look: ({ decisive: { record } }) => {
    const { starttls } = commandsOf[record.protocol]
    const times = record.capabilities?.extensions.filter(({ keyword }) => keyword === starttls).length ?? 0
    return times > 1 ? `${starttls} on more than one line` : undefined
  },
}
