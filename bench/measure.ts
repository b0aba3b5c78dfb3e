import { cpus } from 'node:os'

/** What one run of one contender cost. */
export interface Sample {
  /** Messages (or whatever is counted) a second. */
  readonly rate: number
  /** Milliseconds of this process's CPU for each. */
  readonly cpuMs: number
}

/** Median with the least and the most beside it. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** What every benchmark prints with --json. */
export interface BenchResult {
  readonly name: string
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number }
  readonly runs: number
  readonly rates: Readonly<Record<string, Spread>>
  readonly ratios: Readonly<Record<string, Spread>>
  readonly notes: readonly string[]
}

export const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length }

/** Times a task that handles `count` things. */
export async function sample(count: number, task: () => Promise<void>): Promise<Sample> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  await task()
  const seconds = (performance.now() - start) / 1000
  const used = process.cpuUsage(cpu)
  return { rate: count / seconds, cpuMs: (used.user + used.system) / 1000 / count }
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const median = sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
  return { median, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 }
}
