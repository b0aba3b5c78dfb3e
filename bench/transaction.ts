import { systemClock } from '../src/clock.ts'
import { type MailOptions, MailConnection, type Outgoing } from '../src/smtpclient/index.ts'
import { dial, openHop } from '../src/starttls/index.ts'
import { Trust } from '../src/tls/index.ts'
import { type BenchResult, type Sample, machine, sample, spread } from './measure.ts'
import { type Sink, startSink } from './send/field.ts'

const count = 20_000
const runs = 5

/** 10 kB, ready-made. */
const message = Buffer.from(`Subject: bench\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(128)}`)
const waits = { connect: 30_000, greeting: 30_000, command: 30_000, handshake: 30_000, data: 30_000, block: 30_000, dot: 30_000 }

const ways: Readonly<Record<string, { readonly connections: number; readonly options: Partial<MailOptions> }>> = {
  across_1: { connections: 1, options: {} },
  across_10: { connections: 10, options: {} },
  chunks_1: { connections: 1, options: { chunking: true } },
  chunks_10: { connections: 10, options: { chunking: true } },
  within_1: { connections: 1, options: { pipelining: 'within' } },
  within_10: { connections: 10, options: { pipelining: 'within' } },
}

/** The delivery client alone, without queue and evidence: what a message costs on a connection that is there. */
export async function benchTransaction(): Promise<BenchResult> {
  using sink = await startSink()
  const samples: Record<string, Sample[]> = {}
  // The first round warms up and is not counted.
  for (let run = 0; run <= runs; run++) {
    for (const [name, { connections, options }] of Object.entries(ways)) {
      const lines = await Promise.all(Array.from({ length: connections }, async () => connect(sink, options)))
      const one = await sample(count, async () => {
        await Promise.all(lines.map(async (line) => sendMany(line, count / connections)))
      })
      await Promise.all(lines.map(async (line) => line.quit()))
      if (run > 0) (samples[name] ??= []).push(one)
    }
  }
  const arrived = await sink.count()
  const expected = count * (runs + 1) * Object.keys(ways).length
  if (arrived !== expected) throw new Error(`${arrived} of ${expected} messages arrived`)
  const of = (name: string, key: keyof Sample): number[] => (samples[name] ?? []).map((one) => one[key])
  return {
    name: 'transaction',
    machine,
    runs,
    rates: Object.fromEntries(
      Object.keys(ways).flatMap((name) => [
        [name, spread(of(name, 'rate'))],
        [`${name}_cpu_ms`, spread(of(name, 'cpuMs'))],
      ]),
    ),
    ratios: {
      across_vs_within: spread(of('across_1', 'rate').map((rate, at) => rate / (of('within_1', 'rate')[at] ?? 1))),
    },
    notes: [
      `${count} messages of ${message.length} octets a run over TLS 1.3, sink in a process of its own`,
      'connecting and handshakes are not counted; the number behind the name is that of connections',
    ],
  }
}

async function connect(sink: Sink, options: Partial<MailOptions>): Promise<MailConnection> {
  const hop = await openHop(
    { host: 'sink.test', address: '127.0.0.1', port: sink.port },
    {
      protocol: 'smtp',
      names: ['sender.test'],
      security: 'starttls',
      probe: false,
      sni: true,
      trust: new Trust([sink.ca]),
      floor: 'TLSv1.2',
      timeouts: waits,
      clock: systemClock,
      dialer: dial,
    },
  )
  if (!hop.channel || !hop.record.inside) throw new Error(`no connection: ${hop.end.kind}`)
  return MailConnection.overTls(hop.channel, hop.record.inside, { timeouts: waits, ...options })
}

async function sendMany(connection: MailConnection, many: number): Promise<void> {
  let next: Outgoing | undefined = make(0)
  for (let at = 1; next; at++) {
    const current: Outgoing = next
    next = at < many ? make(at) : undefined
    const [outcome] = await connection.send(current, Promise.resolve(next))
    if (outcome?.kind !== 'accepted') throw new Error(`message ${at}: ${outcome?.kind}`)
  }
}

function make(number: number): Outgoing {
  return { envelope: { from: 'news@sender.test', to: [`p${number}@sink.test`] }, message }
}
