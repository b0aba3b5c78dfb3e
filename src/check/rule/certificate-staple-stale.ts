import { judgeAge } from '../../tls/index.ts'
import type { HostObservation, Rule } from '../finding.ts'
import { findStaple } from './certificate.ts'

/** RFC 6960 4.2.2.1. */
export const certificateStapleStale: Rule<HostObservation> = {
  id: 'certificate-staple-stale',
  severity: 'low',
  title: 'The OCSP answer in the handshake is out of date',
  why: 'It proves nothing of today; clients that look at it may break off.',
  next: 'Ask the provider why the server does not fetch a new one: a firewall towards the responder is the usual cause.',
  look: (seen) => {
    const staple = findStaple(seen)
    if (staple?.kind !== 'verified') return undefined
    const { thisUpdate, nextUpdate } = staple
    switch (judgeAge(staple, seen.now)) {
      case 'early':
        return `valid from ${thisUpdate}`
      case 'stale':
        return nextUpdate === undefined ? `of ${thisUpdate}, with no end` : `valid until ${nextUpdate}`
      case 'current':
        return undefined
    }
  },
}
