import { setTimeout as delay } from 'node:timers/promises'
import type { Moment, Series } from '../../test/support/sink/index.ts'
import { spread } from '../measure.ts'
import { type Sink, createFolder, startContender, startSink } from './field.ts'
import type { Part } from './part.ts'

const runs = 3
const lanes = 1_000
const hanging = 100
const each = 20
/** More than it takes by far; what is not there by then counts as not sent. */
const limitMs = 60_000
const moments: readonly Moment[] = ['connect', 'ehlo', 'rcpt']

/** A thousand lanes of which every tenth meets a server that falls silent: how quickly do the others get their messages? */
export async function benchHanging(): Promise<Part> {
  const good = addresses('127.2', lanes)
  const silent = addresses('127.3', hanging)
  const exceptions = Object.fromEntries(
    silent.map((address, index) => [address, { hangAt: moments[index % moments.length] ?? 'connect' }]),
  )
  using sink = await startSink({ host: '0.0.0.0', exceptions })
  const mixed = good.map((address, index) =>
    index % (lanes / hanging) === 0 ? (silent[(index * hanging) / lanes] ?? '') : address,
  )
  const healthy = good.filter((_, index) => index % (lanes / hanging) !== 0)
  const withSilent: number[] = []
  const without: number[] = []
  for (let run = 0; run < runs; run++) {
    withSilent.push(rate(await runLanes(sink, mixed)))
    without.push(rate(await runLanes(sink, healthy)))
  }
  return {
    runs,
    rates: { lanes_with_hanging: spread(withSilent), lanes_without_hanging: spread(without) },
    ratios: { hanging_lanes: spread(withSilent.map((one, index) => one / (without[index] ?? Number.NaN))) },
    notes: [
      `hanging_lanes: ${lanes} lanes of ${each} messages, each a domain with a server of its own; ${hanging} of the servers fall silent (${moments.join(', ')} in turn) and are not given up within the run; messages a second of the other ${lanes - hanging} lanes, beside a run with these alone, from the start of sending to their last message, handshakes included`,
    ],
  }
}

function addresses(net: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${net}.${Math.floor(index / 250)}.${1 + (index % 250)}`)
}

interface Taken {
  readonly startedAt: number
  readonly series: Series
}

function rate({ startedAt, series }: Taken): number {
  const wanted = (lanes - hanging) * each
  const endedAt = series.messages < wanted ? startedAt + limitMs : series.lastAt
  return (1000 * series.messages) / (endedAt - startedAt)
}

/** Sends until the healthy lanes have all of theirs; those that hang are left to it. */
async function runLanes(sink: Sink, places: readonly string[]): Promise<Taken> {
  using folder = createFolder()
  const { port, ca } = sink
  using contender = startContender({
    contender: 'sealpost',
    folder: folder.path,
    port,
    ca,
    connections: 4,
    evidence: true,
    rows: places.length * each,
    domains: places.length,
    addresses: places,
  })
  await sink.takeSeries()
  await contender.begin()
  const startedAt = Date.now()
  const wanted = (lanes - hanging) * each
  while ((await sink.count()) < wanted && Date.now() - startedAt < limitMs) await delay(20)
  return { startedAt, series: await sink.takeSeries() }
}
