import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** Case 40. */
export const starttlsIntermittent: Rule<HostObservation> = {
  id: 'starttls-intermittent',
  severity: 'high',
  title: 'STARTTLS is offered on some connections, and not on others',
  why: 'Behind the one address stand several servers: mail that meets the wrong one goes in plaintext, or waits.',
  next: 'Show the provider the greetings: the server behind them lacks its TLS settings.',
  look: ({ connections }) => {
    const asked = connections.filter(({ record }) => record.security === 'starttls' && (record.capabilities ?? record.helo))
    const without = asked.filter(({ record }) => !record.offered)
    if (without.length === 0 || without.length === asked.length) return undefined
    const say = (list: typeof asked) =>
      [...new Set(list.map(({ record }) => visible(record.greeting?.text ?? '', 80)))].join(', ')
    return `${without.length} of ${asked.length} without (${say(without)}); with: ${say(asked.filter(({ record }) => record.offered))}`
  },
}
