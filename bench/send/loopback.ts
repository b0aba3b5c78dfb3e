import { type Run, createFolder, runOnce, startSink } from './field.ts'
import { type Part, compare, describeRuns } from './part.ts'
import { findPostfix, runPostfix } from './postfix.ts'

const runs = 5
const connections = 20
/** As many as each needs for a run of seconds. */
const counts = { sealpost: 20_000, nodemailer: 4_000, minimal: 40_000, postfix: 4_000 } as const
/** Filling its queue takes longer than emptying it. */
const postfixRuns = 3

/** The same messages, sink, TLS and number of connections for each contender, in turns. */
export async function benchLoopback(): Promise<Part> {
  using sink = await startSink()
  const target = { port: sink.port, ca: sink.ca, connections }
  const sealpost = async (evidence: boolean): Promise<Run> => {
    using folder = createFolder()
    const plan = { ...target, contender: 'sealpost', folder: folder.path, evidence, rows: counts.sealpost, domains: 100 } as const
    const run = await runOnce(plan, sink, counts.sealpost)
    return run
  }
  const contenders: Readonly<Record<string, () => Promise<Run>>> = {
    sealpost: async () => sealpost(false),
    sealpost_with_evidence: async () => sealpost(true),
    nodemailer: async () => runOnce({ ...target, contender: 'nodemailer', count: counts.nodemailer }, sink, counts.nodemailer),
    minimal_client: async () => runOnce({ ...target, contender: 'minimal', count: counts.minimal }, sink, counts.minimal),
  }
  const taken: Record<string, Run[]> = {}
  const missing = findPostfix()
  for (let run = 0; run < runs; run++) {
    for (const [name, measure] of Object.entries(contenders)) (taken[name] ??= []).push(await measure())
    if (missing === undefined && run < postfixRuns)
      (taken['postfix'] ??= []).push(await runPostfix(sink, connections, counts.postfix))
  }
  const { sealpost: ours = [], sealpost_with_evidence: recorded = [], nodemailer = [], postfix } = taken
  return {
    runs,
    rates: Object.assign({}, ...Object.entries(taken).map(([name, found]) => describeRuns(name, found))) as Part['rates'],
    ratios: {
      loopback_vs_nodemailer: compare(ours, nodemailer, 'rate'),
      ...(postfix && { loopback_vs_postfix: compare(ours.slice(0, postfix.length), postfix, 'rate') }),
      cpu_vs_nodemailer: compare(ours, nodemailer, 'cpuMs'),
      recorded_vs_nodemailer: compare(recorded, nodemailer, 'rate'),
      ...(postfix && { cpu_vs_postfix: compare(ours.slice(0, postfix.length), postfix, 'cpuMs') }),
    },
    notes: [
      `loopback: messages of 10 kB over ${connections} connections, TLS 1.3 with a verified certificate; sealpost ${counts.sealpost} a run, nodemailer ${counts.nodemailer}, postfix ${counts.postfix}; each contender in a process of its own, the sink in another`,
      'rates: messages a second from the first that the sink took until the contender was done with the last; cpu_ms: CPU a message, all threads; peak_mb: resident',
      'sealpost: from its queue on disk, each message settled there; sealpost_with_evidence: each also written to the signed log before it is settled (recorded_vs_nodemailer); taking the list in is not counted',
      'nodemailer: pool, maxMessages Infinity, requireTLS, no queue and no record; minimal_client: no queue, replies are only counted, which shows how much the sink takes',
      missing === undefined
        ? 'postfix: its queue filled first, then released; tlsproxy with connections kept open for all messages; its memory is the proportional share of all its processes at the end'
        : `postfix was not measured: ${missing}`,
    ],
  }
}
