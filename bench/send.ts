import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { systemClock } from '../src/clock.ts'
import { EvidenceLog } from '../src/evidence/index.ts'
import { createHostMemory, decidePolicy } from '../src/policy/index.ts'
import { runQueue } from '../src/queue/index.ts'
import { dial } from '../src/starttls/index.ts'
import { SqliteStore } from '../src/store/index.ts'
import { Trust } from '../src/tls/index.ts'
import { type BenchResult, type Sample, machine, sample, spread } from './measure.ts'
import { type Sink, startSink } from './startSink.ts'

const count = 3000
const connections = 10
const runs = 5

/** 10 kB, ready-made: what is compared is sending, not composing. */
const message = Buffer.from(
  [
    'From: news@sender.test',
    'To: someone@sink.test',
    'Subject: bench',
    'Message-ID: <bench@sender.test>',
    '',
    ...Array.from({ length: 130 }, () => 'x'.repeat(76)),
  ].join('\r\n'),
)

/** Sealpost against nodemailer's pool: the same messages, sink, TLS and number of connections, in turns. */
export async function benchSend(): Promise<BenchResult> {
  const sink = await startSink()
  const trust = new Trust([sink.ca])
  const ours: Sample[] = []
  const theirs: Sample[] = []
  try {
    // The first round warms up both and is not counted.
    for (let run = 0; run <= runs; run++) {
      const us = await counted(sink, async () => sendOurs(sink.port, trust))
      const them = await counted(sink, async () => sendNodemailer(sink.port, sink.ca))
      if (run > 0) {
        ours.push(us)
        theirs.push(them)
      }
    }
  } finally {
    sink.stop()
  }
  return {
    name: 'send',
    machine,
    runs,
    rates: {
      sealpost: spread(ours.map((one) => one.rate)),
      nodemailer: spread(theirs.map((one) => one.rate)),
      sealpost_cpu_ms: spread(ours.map((one) => one.cpuMs)),
      nodemailer_cpu_ms: spread(theirs.map((one) => one.cpuMs)),
      peak_memory_mb: spread([process.resourceUsage().maxRSS / 1024]),
    },
    ratios: {
      loopback_vs_nodemailer: spread(ours.map((one, index) => one.rate / (theirs[index]?.rate ?? 1))),
      cpu_vs_nodemailer: spread(ours.map((one, index) => one.cpuMs / (theirs[index]?.cpuMs ?? 1))),
    },
    notes: [
      `${count} messages of ${message.length} octets a run, ${connections} connections, TLS 1.3 with a verified certificate, sink in a process of its own`,
      'sealpost: from its queue on disk, each message settled and recorded in the signed evidence log; taking the list in is not counted',
      'nodemailer: pool, maxMessages Infinity, requireTLS, no queue and no record',
      'connecting and handshakes are counted on both sides; peak memory is of the one process that ran both',
    ],
  }
}

async function sendOurs(port: number, trust: Trust): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-bench-'))
  const store = SqliteStore.open(folder)
  await store.accept({ name: 'bench', digest: '', frozen: '{}', createdAt: Date.now() }, rows())
  const log = await EvidenceLog.open(join(folder, 'evidence'), systemClock)
  return async () => {
    const counts = await runQueue({
      campaign: 'bench',
      store,
      source: { render: async (item) => ({ from: 'news@sender.test', to: item.address, raw: message }) },
      recorder: log,
      resolver: {
        query: async () => ({
          kind: 'records',
          records: ['127.0.0.1'] as never[],
          authenticated: false,
          ttl: 60,
          canonical: 'sink.test',
        }),
      },
      route: { kind: 'relay', host: 'sink.test', port, security: 'starttls' },
      decidePolicy: async (domain) =>
        decidePolicy({ domain, campaign: 'valid', domains: {}, floor: 'TLSv1.2', login: false, sts: { kind: 'not-asked' } }),
      schedule: { retryMs: [60_000], giveUpMs: 86_400_000 },
      connections,
      lanes: 10,
      messagesPerConnection: Number.POSITIVE_INFINITY,
      batch: 50,
      wait: false,
      names: ['sender.test'],
      trust,
      timeouts: { connect: 30_000, greeting: 30_000, command: 30_000, data: 30_000, block: 30_000, dot: 30_000 },
      clock: systemClock,
      dialer: dial,
      credentials: undefined,
      memory: createHostMemory(() => systemClock.now()),
      random: Math.random,
      signal: new AbortController().signal,
      software: 'bench',
      onSettled: () => undefined,
    })
    await log.close()
    store[Symbol.dispose]()
    rmSync(folder, { recursive: true })
    if (counts.sent !== count) throw new Error(`sealpost sent ${counts.sent} of ${count}`)
  }
}

async function sendNodemailer(port: number, ca: string): Promise<() => Promise<void>> {
  const transport = createTransport({
    pool: true,
    host: '127.0.0.1',
    port,
    requireTLS: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
    name: 'sender.test',
    tls: { ca, servername: 'sink.test' },
  })
  return async () => {
    await Promise.all(
      Array.from({ length: count }, async (_, index) =>
        transport.sendMail({ envelope: { from: 'news@sender.test', to: `p${index}@sink.test` }, raw: message }),
      ),
    )
    transport.close()
  }
}

/** Prepares, then times, then asks the sink whether all of it came. */
async function counted(sink: Sink, prepare: () => Promise<() => Promise<void>>): Promise<Sample> {
  const before = await sink.count()
  const task = await prepare()
  const result = await sample(count, task)
  const arrived = (await sink.count()) - before
  if (arrived !== count) throw new Error(`${arrived} of ${count} messages arrived`)
  return result
}

async function* rows() {
  for (let index = 0; index < count; index++) {
    yield {
      kind: 'recipient',
      address: `p${index}@sink.test`,
      addressKey: `p${index}@sink.test`,
      domain: 'sink.test',
      columns: {},
    } as const
  }
}
