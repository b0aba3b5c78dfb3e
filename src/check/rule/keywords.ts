import type { HostObservation } from '../finding.ts'

/** The keywords of the answer to EHLO (or its kin) in the clear, as one line of evidence. */
export function keywords(seen: HostObservation): string {
  const extensions = seen.decisive.record.capabilities?.extensions ?? []
  return extensions.length === 0 ? '(no keywords)' : extensions.map((extension) => extension.keyword).join(' ')
}
