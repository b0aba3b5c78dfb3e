/**
 * Sends ready-made messages with the delivery engine: the queue on a disk, the lanes and all that stands between. A
 * program, so that it can run in the namespace of the client: `node runEngine.ts < plan.json`. Prints what became of the
 * messages as JSON.
 */
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { mockResolver } from '../../src/dns/index.ts'
import { EvidenceLog } from '../../src/evidence/index.ts'
import { createHostMemory, decidePolicy } from '../../src/policy/index.ts'
import { LimitBook, createGreylistMemory, likelyDelay, runQueue } from '../../src/queue/index.ts'
import { dial } from '../../src/starttls/index.ts'
import { QueueDatabase } from '../../src/store/index.ts'
import { Trust } from '../../src/tls/index.ts'
import type { EnginePlan, EngineResult } from './lab/engine.ts'
import { hurryingClock } from './lab/hurryingClock.ts'
import { writeLetter } from './lab/letter.ts'

const plan = JSON.parse(await text(process.stdin)) as EnginePlan
const clock = hurryingClock(plan.hurry)
await using store = await QueueDatabase.open(plan.folder)
const rows = plan.letters.map(({ recipient, kind }) => ({
  kind: 'recipient' as const,
  address: recipient,
  addressKey: recipient,
  domain: recipient.slice(recipient.lastIndexOf('@') + 1),
  columns: { kind },
}))
await store.accept(
  { name: 'interop', digest: '', frozen: '{}', createdAt: clock.now() },
  (async function* give() {
    yield* rows
  })(),
)
const log = await EvidenceLog.open(plan.folder, { clock, domains: 'clear' })
const greylist = createGreylistMemory()
const lane = {
  connections: 2,
  messagesPerConnection: 1_000,
  recipientsPerTransaction: 100,
  messagesPerHour: undefined,
  warmUp: [],
}
const second = 1_000
await runQueue({
  jobs: [
    {
      campaign: 'interop',
      route: plan.relay ? { kind: 'relay', ...plan.relay } : { kind: 'direct', port: 25, allowPrivateAddresses: true },
      source: {
        render: async ({ address, columns }) => ({
          // No sender (RFC 5321 4.5.5): a server would look up the domain of one.
          from: '',
          to: address,
          raw: writeLetter((JSON.parse(columns) as (typeof rows)[number]['columns']).kind, address),
        }),
      },
      decidePolicy: async (domain) =>
        decidePolicy({
          domain,
          campaign: plan.level,
          domains: {},
          floor: 'TLSv1.2',
          login: plan.login !== undefined,
          sts: { kind: 'none' },
        }),
      credentials: plan.login && { kind: 'password', ...plan.login },
      schedule: { retryMs: [60 * second], giveUpMs: 7 * 86_400 * second },
      held: { untilMs: 86_400 * second, then: 'failed' },
    },
  ],
  store,
  recorder: log,
  resolver: mockResolver(plan.zone),
  limits: new LimitBook({
    clock,
    random: Math.random,
    usage: store,
    lane: { ...lane, ...plan.rule },
    rules: [],
    providerOf: () => undefined,
  }),
  greylist,
  connections: 100,
  inFlight: 200,
  pipelining: 'across',
  chunking: plan.chunking,
  wait: plan.wait,
  shutdownMs: 5 * second,
  names: ['client.test'],
  trust: new Trust([readFileSync(plan.authority, 'utf8')]),
  timeouts: {
    connect: 20 * second,
    greeting: 20 * second,
    command: 20 * second,
    data: 20 * second,
    block: 20 * second,
    dot: 60 * second,
  },
  clock,
  dialer: dial,
  memory: createHostMemory(() => clock.now()),
  random: Math.random,
  signal: new AbortController().signal,
  software: 'sealpost/test',
  onSettled: () => undefined,
})
const counts = await store.counts('interop')
await log.close()
const database = new DatabaseSync(join(plan.folder, 'queue.db'), { readOnly: true })
const reasons = database.prepare('SELECT DISTINCT state, reason, class, host FROM delivery').all()
database.close()
const delays: Record<string, number | null> = {}
for (const host of plan.hosts) delays[host] = likelyDelay(await greylist.find(host)) ?? null
process.stdout.write(JSON.stringify({ counts, reasons, delays } satisfies EngineResult))
