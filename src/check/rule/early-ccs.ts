import { lookAtProbe } from './probed.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** CVE-2014-0224. Case 59. */
export const earlyCcs: Rule<HostObservation> = {
  id: 'early-ccs',
  severity: 'high',
  title: 'The server changes ciphers too early (CCS injection)',
  why: 'Somebody on the way can bring both sides to keys that he knows.',
  next: 'Tell the provider to update OpenSSL.',
  look: (seen) => lookAtProbe(seen, 'early-ccs'),
}
