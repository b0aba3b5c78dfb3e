import { isAnonymous, lookForSuites } from './suite.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 9325 4.1. Case 55. */
export const suiteAnonymousLogin: Rule<HostObservation> = {
  id: 'suite-anonymous-login',
  severity: 'high',
  title: 'Suites without a certificate are taken where people log in',
  why: 'Somebody on the way can take the place of the server, and is given passwords.',
  next: 'Ask the provider to take the anonymous suites out (aNULL).',
  look: (seen) => (seen.service.login ? lookForSuites(seen, isAnonymous) : undefined),
}
