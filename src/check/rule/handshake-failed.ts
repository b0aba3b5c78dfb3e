import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** The server went away once TLS had been asked for. */
function isLateSilence(seen: HostObservation): boolean {
  const { end } = seen.decisive
  return (end.kind === 'closed' || end.kind === 'timeout') && (end.stage === 'starttls' || end.stage === 'inside')
}

/** Case 28. */
export const handshakeFailed: Rule<HostObservation> = {
  id: 'handshake-failed',
  severity: 'high',
  title: 'The TLS handshake does not come to its end',
  why: 'No careful sender can deliver, and careless ones go on in plaintext.',
  next: 'Show the provider the transcript; a missing key, an old TLS version or a filter is the usual cause.',
  look: (seen) =>
    /^handshake-(?!not-tls)/.test(seen.judgement.cause) || isLateSilence(seen)
      ? [seen.judgement.words, ...(seen.judgement.quote === undefined ? [] : [visible(seen.judgement.quote)])].join(': ')
      : undefined,
}
