import { type Rule, broken, kept, untested } from '../finding.ts'

export const tlsUnreached: Rule = {
  id: 'tls-unreached',
  severity: 'warning',
  title: 'Some recipients cannot be reached as the campaign demands',
  why: 'Their messages are held: no plaintext is sent in their place.',
  next: 'Look at the destinations; leave them out, or wait until their servers are mended.',
  sources: [],
  receivers: [],
  look: ({ route: { foreseen } }) => {
    if (!foreseen) return undefined
    if (foreseen.hold + foreseen.fail > 0) return broken(`${foreseen.hold} would be held, ${foreseen.fail} would fail`)
    return foreseen.later > 0 ? untested(`the servers of ${foreseen.later} recipients`) : kept
  },
}
