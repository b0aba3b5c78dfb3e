import { countRetries } from '../../tls/index.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 8446 4.1.4. Case 57. */
export const retryLoop: Rule<HostObservation> = {
  id: 'retry-loop',
  severity: 'medium',
  title: 'The server asks for another key share again and again',
  why: 'RFC 8446 allows one HelloRetryRequest; the handshake cannot come to its end.',
  next: 'Ask the provider to update the server, or the device in front of it.',
  look: ({ decisive: { record } }) => {
    const retries = record.flight ? countRetries(record.flight) : 0
    return retries > 1 ? `${retries} HelloRetryRequests in a row` : undefined
  },
}
