import { Child } from '../child.ts'
import { exchanged } from '../contender/floor.ts'
import { type Run, type Witness, createFolder, runOnce, startSink } from './field.ts'
import { type Part, compare, describeRuns } from './part.ts'

const runs = 3
const connections = 20
const oneWayMs = 10
const count = 8_000

/** Twenty milliseconds from the sink, beside what the way alone allows. */
export async function benchAfar(): Promise<Part> {
  using sink = await startSink()
  using echo = new Child('./echo.ts', [String(exchanged.there), String(exchanged.back)])
  const echoPort = await echo.next<number>()
  using toSink = new Child('./relay.ts', ['127.0.0.1', '0', String(oneWayMs), String(sink.port)])
  using toEcho = new Child('./relay.ts', ['127.0.0.1', '0', String(oneWayMs), String(echoPort)])
  const far = { sink: await toSink.next<number>(), echo: await toEcho.next<number>() }
  const atEcho: Witness = { takeSeries: async () => echo.ask('series') }
  const ours: Run[] = []
  const floor: Run[] = []
  const pool: Run[] = []
  for (let run = 0; run < runs; run++) {
    using folder = createFolder()
    const target = { port: far.sink, ca: sink.ca, connections }
    ours.push(
      await runOnce(
        { ...target, contender: 'sealpost', folder: folder.path, evidence: true, rows: count, domains: 100 },
        sink,
        count,
      ),
    )
    floor.push(await runOnce({ contender: 'floor', port: far.echo, connections, count }, atEcho, count))
    pool.push(await runOnce({ ...target, contender: 'nodemailer', count: count / 2 }, sink, count / 2))
  }
  return {
    runs,
    rates: {
      ...describeRuns('rtt20_sealpost', ours),
      ...describeRuns('rtt20_floor', floor),
      ...describeRuns('rtt20_nodemailer', pool),
    },
    ratios: {
      rtt20_vs_floor: compare(ours, floor, 'steadyRate'),
      rtt20_vs_nodemailer: compare(ours, pool, 'steadyRate'),
    },
    notes: [
      `rtt20: ${oneWayMs} ms to the sink and ${oneWayMs} ms back, ${connections} connections, ${count} messages a run; the ratios compare what was taken between a tenth and nine tenths of a run, so connections and handshakes are apart`,
      `rtt20_floor: ${exchanged.there} octets there and ${exchanged.back} back for each message over as many connections by way of the same relay, without mail, TLS, queue or record: what one round trip a message allows`,
    ],
  }
}
