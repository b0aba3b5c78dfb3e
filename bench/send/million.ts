import { type Spread, spread } from '../measure.ts'
import { type Run, createFolder, startContender, startSink } from './field.ts'
import type { Part } from './part.ts'

const windows = 3
const windowMs = 10_000
const connections = 20
const domains = 1_000

/** Whether a long queue is slower than a short one: both are sent from in turns, for as long. */
export async function benchMillion(): Promise<Part> {
  using sink = await startSink()
  using longFolder = createFolder()
  using shortFolder = createFolder()
  const common = { contender: 'sealpost', port: sink.port, ca: sink.ca, connections, evidence: true, domains } as const
  using long = startContender({ ...common, folder: longFolder.path, rows: 1_000_000, windowMs })
  using short = startContender({ ...common, folder: shortFolder.path, rows: 10_000 })
  const longRates: number[] = []
  const shortRates: number[] = []
  const peaks: number[] = []
  for (let window = 0; window < windows; window++) {
    const run = await long.run(sink)
    longRates.push(run.steadyRate)
    peaks.push(run.peakMb)
    shortRates.push(await repeat(async () => short.run(sink)))
  }
  const ratio: Spread = spread(longRates.map((rate, index) => rate / (shortRates[index] ?? Number.NaN)))
  return {
    runs: windows,
    rates: {
      million_rows: spread(longRates),
      million_rows_peak_mb: spread(peaks),
      ten_thousand_rows: spread(shortRates),
    },
    ratios: { million_rows_vs_ten_thousand: ratio },
    notes: [
      `million_rows: a campaign of 1,000,000 to ${domains} domains, sent from for ${windowMs / 1000} s at a time; ten_thousand_rows: campaigns of 10,000 one after another for as long, taking them in not counted; with evidence, between a tenth and nine tenths of each run`,
      'million_rows_peak_mb includes taking the list in',
    ],
  }
}

/** Runs until a window is full; the rate over all. */
async function repeat(run: () => Promise<Run>): Promise<number> {
  let messages = 0
  let seconds = 0
  while (1000 * seconds < windowMs) {
    const one = await run()
    messages += one.messages
    seconds += one.messages / one.steadyRate
  }
  return messages / seconds
}
