import { findDate } from './greetingDate.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** Milliseconds. Certificates are not cut finer, and a greeting may come late. */
const apartMs = 300_000

/** RFC 5322 3.3. Case 51. */
export const clockApart: Rule<HostObservation> = {
  id: 'clock-apart',
  severity: 'info',
  title: 'The clocks of this machine and of the server are far apart',
  why: 'One of them is wrong. If it is ours, certificates seem expired that are not, or good that have expired.',
  next: 'Compare the clock of this machine with others; if it is right, nothing must be done.',
  look: ({ decisive: { record } }) => {
    const said = findDate(record.greeting?.text ?? '')
    if (said === undefined) return undefined
    const apart = record.startedAt + (record.greetingMs ?? 0) - said
    if (Math.abs(apart) <= apartMs) return undefined
    const side = apart > 0 ? 'behind' : 'ahead of'
    return `its greeting says ${new Date(said).toISOString()}, ${Math.round(Math.abs(apart) / 60_000)} minutes ${side} this machine`
  },
}
