import type { HostObservation, Rule } from '../finding.ts'

/** RFC 8446 4.2.10. Case 59. */
export const earlyData: Rule<HostObservation> = {
  id: 'early-data',
  severity: 'info',
  title: 'Data is taken before the handshake has ended (0-RTT)',
  why: 'It can be recorded and sent again by somebody on the way (RFC 8446 8); mail needs it for nothing.',
  next: 'Ask the provider to switch early data off.',
  look: ({ resumption }) => {
    const taken = resumption.find(({ earlyData }) => earlyData > 0)
    return taken && `${taken.earlyData} octets`
  },
}
