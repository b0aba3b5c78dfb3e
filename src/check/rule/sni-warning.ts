import type { HostObservation, Rule } from '../finding.ts'

/** RFC 6066 3. Case 30. */
export const sniWarning: Rule<HostObservation> = {
  id: 'sni-warning',
  severity: 'info',
  title: 'The server warns that it does not know the name',
  why: 'It goes on with another certificate; some clients take the warning for a refusal.',
  next: 'Ask the provider to add the name to the settings of the server.',
  look: ({ survey }) => (survey?.warnings.includes(112) ? 'alert unrecognized_name (112) as a warning' : undefined),
}
