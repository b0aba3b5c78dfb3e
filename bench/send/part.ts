import { type Spread, spread } from '../measure.ts'
import type { Run } from './field.ts'

/** What one part of the benchmark of sending found. */
export interface Part {
  readonly runs: number
  readonly rates: Readonly<Record<string, Spread>>
  readonly ratios: Readonly<Record<string, Spread>>
  readonly notes: readonly string[]
}

/** The rate of a contender, with what it cost beside it. */
export function describeRuns(name: string, runs: readonly Run[]): Record<string, Spread> {
  return {
    [name]: spread(runs.map(({ rate }) => rate)),
    [`${name}_cpu_ms`]: spread(runs.map(({ cpuMs }) => cpuMs)),
    [`${name}_peak_mb`]: spread(runs.map(({ peakMb }) => peakMb)),
  }
}

/** One run beside another, pair by pair. */
export function compare(ours: readonly Run[], theirs: readonly Run[], measure: 'rate' | 'steadyRate' | 'cpuMs'): Spread {
  return spread(ours.map((one, index) => one[measure] / (theirs[index]?.[measure] ?? Number.NaN)))
}
