import { visible } from '../../escape.ts'
import type { Oddity } from '../../starttls/index.ts'
import type { HostObservation } from '../finding.ts'

/** The greeting of the server, where it was seen to do something odd. */
export function noticed({ decisive: { record } }: HostObservation, oddity: Oddity): string | undefined {
  return record.oddities.includes(oddity) ? visible(record.greeting?.text ?? '') : undefined
}
