import { requireSetup } from '../test/interop/lab/requirement.ts'
import { type Comparison, compareExaminations } from './examination.ts'
import { describeList, timeHostList } from './hostList.ts'
import { type BenchResult, machine, spread } from './measure.ts'

const runs = 5
const verdict = { hosts: 2000, budget: 1 }
const report = { hosts: 300, budget: 8 }

/** Examining one server beside openssl, sslscan and testssl; and many servers beside the time their answers take. */
export async function benchCheck(): Promise<BenchResult> {
  const { rates, ratios, notes } = await compareInLab()
  const verdicts = []
  const reports = []
  for (let run = 0; run < runs; run++) {
    verdicts.push(await timeHostList(verdict))
    reports.push(await timeHostList(report))
  }
  return {
    name: 'check',
    machine,
    runs,
    rates: {
      ...rates,
      hosts_seconds: spread(verdicts.map(({ seconds }) => seconds)),
      hosts_connections_each: spread(verdicts.map(({ connections }) => connections)),
      reported_hosts_seconds: spread(reports.map(({ seconds }) => seconds)),
      reported_hosts_connections_each: spread(reports.map(({ connections }) => connections)),
    },
    ratios: {
      ...ratios,
      hosts_vs_ideal: spread(verdicts.map(({ overIdeal }) => overIdeal)),
      reported_hosts_vs_ideal: spread(reports.map(({ overIdeal }) => overIdeal)),
    },
    notes: [
      ...notes,
      `hosts_vs_ideal: ${describeList(verdict)}; the verdict alone, as before a campaign`,
      `reported_hosts_vs_ideal: ${describeList(report)}; all that \`sealpost check\` asks by itself`,
    ],
  }
}

/** The laboratory of the interoperability tests has the server; it is set up by a person, not by a benchmark. */
async function compareInLab(): Promise<Comparison> {
  try {
    requireSetup()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { rates: {}, ratios: {}, notes: [`only hosts_vs_ideal was measured: ${why}`] }
  }
  return compareExaminations(runs)
}
