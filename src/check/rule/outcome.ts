import type { HostObservation } from '../finding.ts'

/** How asking for STARTTLS went, as one line of evidence, not yet escaped. */
export function outcome(seen: HostObservation): string {
  const { record, end } = seen.decisive
  return record.starttls?.text ?? end.kind
}
