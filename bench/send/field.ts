import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Series, SinkOptions } from '../../test/support/sink/index.ts'
import { Child } from '../child.ts'
import type { Plan, RunCost } from '../contender/plan.ts'

/** What one run of one contender was like. */
export interface Run {
  readonly messages: number
  /** Messages a second, from the first that was taken until the contender had done all it does about the last. */
  readonly rate: number
  /** Messages a second between a tenth and nine tenths of them, as they were taken: neither start nor end is in it. */
  readonly steadyRate: number
  /** Milliseconds of CPU a message, of all its threads or processes. */
  readonly cpuMs: number
  /** MB, resident. */
  readonly peakMb: number
}

/** The sink, in a process of its own. */
export interface Sink extends Disposable {
  readonly port: number
  readonly ca: string
  count(): Promise<number>
  /** What came since this was last asked. */
  takeSeries(): Promise<Series>
}

export async function startSink(options: Omit<SinkOptions, 'identity'> = {}): Promise<Sink> {
  const child = new Child('./sink.ts', [JSON.stringify(options)])
  const { ports, ca } = await child.next<{ ports: readonly number[]; ca: string }>()
  return {
    port: ports[0] ?? 0,
    ca,
    count: async () => child.ask('count'),
    takeSeries: async () => child.ask('series'),
    [Symbol.dispose]: () => {
      child[Symbol.dispose]()
    },
  }
}

/** What every message that is taken by the sink is told by: something that can say what came. */
export type Witness = Pick<Sink, 'takeSeries'>

/** A contender in a process of its own, which may run several times. */
export interface Runner extends Disposable {
  run(witness: Witness): Promise<Run>
  /** Begins a run that need not come to an end. */
  begin(): Promise<void>
}

export function startContender(plan: Plan): Runner {
  const child = new Child('./contend.ts', [JSON.stringify(plan)])
  return {
    async run(witness) {
      await child.ask('prepare')
      await witness.takeSeries()
      const cost = await child.ask<RunCost>('run')
      return combine(cost, await witness.takeSeries())
    },
    async begin() {
      await child.ask('prepare')
      child.tell('run')
    },
    [Symbol.dispose]: () => {
      child[Symbol.dispose]()
    },
  }
}

function combine(cost: RunCost, series: Series): Run {
  return {
    messages: series.messages,
    rate: (1000 * series.messages) / (Math.max(cost.endedAt, series.lastAt) - series.firstAt),
    steadyRate: series.steadyRate,
    cpuMs: cost.cpuMs / series.messages,
    peakMb: cost.peakMb,
  }
}

/** One run of a contender that was just started: what it took before does not count as its memory. */
export async function runOnce(plan: Plan, witness: Witness, expected: number): Promise<Run> {
  using contender = startContender(plan)
  const run = await contender.run(witness)
  if (run.messages !== expected) throw new Error(`${run.messages} of ${expected} messages of ${plan.contender} arrived`)
  return run
}

/** A data folder that goes with its run. */
export function createFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'sealpost-bench-'))
  return {
    path,
    [Symbol.dispose]: () => {
      // Who wrote to it was ended, but may take a moment.
      rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
    },
  }
}
