/** The one place where the benchmarks know how Sealpost's delivery is called. */
import { systemClock } from '../src/clock.ts'
import type { Resolver } from '../src/dns/index.ts'
import { EvidenceLog } from '../src/evidence/index.ts'
import { createHostMemory, decidePolicy } from '../src/policy/index.ts'
import {
  LimitBook,
  type MessageSource,
  type Recorder,
  TicketStore,
  createGreylistMemory,
  type RunOptions,
  runQueue,
} from '../src/queue/index.ts'
import { dial } from '../src/starttls/index.ts'
import { type IncomingRow, QueueDatabase } from '../src/store/index.ts'
import { Trust } from '../src/tls/index.ts'
import { message, sender } from './message.ts'

export interface OurSetup {
  /** The data folder. */
  readonly folder: string
  /** PEM of the authority to trust. */
  readonly ca: string
  /** `relay`: all to sink.test at this port; `direct`: to the MX of each domain, at this port. */
  readonly route: 'relay' | 'direct'
  readonly port: number
  readonly resolver: Resolver
  /** Of one lane. */
  readonly connections: number
  /** Of all lanes. */
  readonly connectionsInAll?: number
  /** BDAT where it is offered. */
  readonly chunking?: boolean
  /** Makes the messages; otherwise all are the one that is ready-made. */
  readonly source?: MessageSource
  /** Whether each connection and attempt is written to the signed log. */
  readonly evidence: boolean
}

export interface OurSender extends AsyncDisposable {
  /** Takes a campaign in. */
  accept(campaign: string, rows: AsyncIterable<IncomingRow>): Promise<void>
  /** Sends what is due of it, until all is sent or the signal says so. */
  send(campaign: string, signal: AbortSignal): Promise<void>
}

/** Waits of RFC 5321 4.5.3.2, as the settings have them: what hangs is not given up within a run. */
const minute = 60_000
const timeouts = {
  connect: minute / 2,
  greeting: 5 * minute,
  command: 5 * minute,
  data: 2 * minute,
  block: 3 * minute,
  dot: 10 * minute,
}

const unrecorded: Recorder = {
  session: () => ({ id: '', leaf: 0 }),
  attempt: () => 0,
  act: () => 0,
  flush: async () => undefined,
  readBackwards: async function* () {},
}

/** Opens a data folder as `sealpost send` does: the queue on disk, and the signed log where it is wanted. */
export async function openOurs(setup: OurSetup): Promise<OurSender> {
  const store = await QueueDatabase.open(setup.folder)
  const log = setup.evidence ? await EvidenceLog.open(setup.folder, { clock: systemClock, domains: 'committed' }) : undefined
  return {
    async accept(campaign, rows) {
      await store.accept({ name: campaign, digest: '', frozen: '{}', createdAt: Date.now() }, rows)
    },
    async send(campaign, signal) {
      await runQueue({
        ...describeRun(setup, campaign, store),
        recorder: log ?? unrecorded,
        signal,
      })
    },
    async [Symbol.asyncDispose]() {
      await log?.close()
      await store[Symbol.asyncDispose]()
    },
  }
}

function describeRun(setup: OurSetup, campaign: string, store: QueueDatabase): Omit<RunOptions, 'recorder' | 'signal'> {
  const { port, connections } = setup
  const lane = {
    connections,
    messagesPerConnection: Number.POSITIVE_INFINITY,
    recipientsPerTransaction: 100,
    messagesPerHour: undefined,
    warmUp: [],
  }
  return {
    jobs: [
      {
        campaign,
        source: setup.source ?? { render: async (item) => ({ from: sender, to: item.address, raw: message }) },
        route:
          setup.route === 'relay'
            ? { kind: 'relay', host: 'sink.test', port, security: 'starttls' }
            : { kind: 'direct', port, allowPrivateAddresses: true },
        decidePolicy: async (domain) =>
          decidePolicy({
            domain,
            campaign: 'valid',
            domains: {},
            floor: 'TLSv1.2',
            login: false,
            sts: { kind: 'not-asked' },
          }),
        credentials: undefined,
        schedule: { retryMs: [minute], giveUpMs: 1440 * minute },
        held: { untilMs: 1440 * minute, then: 'failed' },
      },
    ],
    store,
    resolver: setup.resolver,
    limits: new LimitBook({
      clock: systemClock,
      random: Math.random,
      usage: store,
      lane,
      rules: [],
      providerOf: () => undefined,
    }),
    greylist: createGreylistMemory(),
    tickets: new TicketStore(),
    connections: setup.connectionsInAll ?? 500,
    inFlight: 5_000,
    pipelining: 'across',
    chunking: setup.chunking ?? false,
    wait: false,
    shutdownMs: minute / 2,
    names: ['sender.test'],
    trust: new Trust([setup.ca]),
    timeouts,
    clock: systemClock,
    dialer: dial,
    memory: createHostMemory(() => systemClock.now()),
    random: Math.random,
    software: 'bench',
    onSettled: () => undefined,
  }
}
