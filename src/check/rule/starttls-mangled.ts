import { visible } from '../../escape.ts'
import { isMangled } from '../../policy/index.ts'
import type { HostObservation, Rule } from '../finding.ts'
import { keywords } from './keywords.ts'

/** Case 20. */
export const starttlsMangled: Rule<HostObservation> = {
  id: 'starttls-mangled',
  severity: 'high',
  title: 'A device on the way overwrites STARTTLS',
  why: 'Somebody between us and the server keeps mail readable, on purpose or by an old firewall setting (Cisco "fixup smtp", "inspect esmtp").',
  next: 'Ask the network operator to switch off SMTP inspection; check from another network to find where it sits.',
  look: (seen) => {
    if (!isMangled(seen.decisive.record)) return undefined
    const other = seen.otherPorts.map((port) => `port ${port.port} ${port.offers ? 'offers TLS' : 'offers no TLS'}`).join(', ')
    return visible(keywords(seen)) + (other === '' ? '' : `; ${other}`)
  },
}
