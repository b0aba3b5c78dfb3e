import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../src/clock.ts'
import { type MockZone, type Resolver, mockResolver } from '../../src/dns/index.ts'
import { EvidenceLog, type Leaf } from '../../src/evidence/index.ts'
import { type Level, createHostMemory, decidePolicy } from '../../src/policy/index.ts'
import {
  type Counts,
  type DeliveryRule,
  type Job,
  LimitBook,
  type Recorder,
  type RunOptions,
  createGreylistMemory,
  runQueue,
} from '../../src/queue/index.ts'
import { dial } from '../../src/starttls/index.ts'
import { QueueDatabase } from '../../src/store/index.ts'
import { Trust } from '../../src/tls/index.ts'

/** A campaign that is sent to servers of a test: a happy default, of which a test changes one thing. */
export interface SendScenario {
  readonly port: number
  /** Domain to the addresses of its one mail server, `mx.<domain>`. */
  readonly domains: Readonly<Record<string, readonly string[] | 'nxdomain' | 'servfail' | 'null-mx'>>
  readonly recipients: readonly string[]
  /** Those of a second campaign, `beside`, that is otherwise the same. */
  readonly beside?: readonly string[]
  readonly level?: Level
  readonly rules?: Readonly<Record<string, Level>>
  readonly ca?: string
  readonly login?: boolean
  readonly clock?: Clock
  readonly body?: (address: string) => string
  readonly options?: Partial<RunOptions>
  readonly job?: Partial<Job>
  readonly rule?: Partial<DeliveryRule>
  /** What the log has of domains; committed to where left out. */
  readonly evidence?: 'clear' | 'committed'
  /** Stands between the sender and its log. */
  readonly record?: (log: Recorder) => Recorder
  /** A data folder to go on with. */
  readonly folder?: string
}

export interface SendOutcome extends AsyncDisposable {
  readonly counts: Counts
  readonly folder: string
  /** State, verdict and reason by address, as the queue has them. */
  readonly store: QueueDatabase
  /** What stands in the evidence. */
  leaves(): Promise<readonly Leaf[]>
}

/** Sends, with a real queue on disk and a real evidence log. */
export async function sendWith(scenario: SendScenario): Promise<SendOutcome> {
  const folder = scenario.folder ?? (await mkdtemp(join(tmpdir(), 'sealpost-')))
  const clock = scenario.clock ?? systemClock
  const store = await QueueDatabase.open(folder)
  if (!store.campaign('test')) {
    await store.accept({ name: 'test', digest: '', frozen: '{}', createdAt: clock.now() }, rowsOf(scenario.recipients))
  }
  if (scenario.beside) {
    await store.accept({ name: 'beside', digest: '', frozen: '{}', createdAt: clock.now() }, rowsOf(scenario.beside))
  }
  const log = await EvidenceLog.open(folder, { clock, domains: scenario.evidence ?? 'committed' })
  const close = async (): Promise<void> => {
    await log.close()
    await store[Symbol.asyncDispose]()
  }
  try {
    await runQueue({
      jobs: (scenario.beside ? ['test', 'beside'] : ['test']).map((campaign) => ({
        ...jobOf(scenario),
        ...scenario.job,
        campaign,
      })),
      store,
      recorder: scenario.record?.(log) ?? log,
      resolver: resolverOf(scenario.domains),
      limits: createBook(store, clock, scenario.rule),
      greylist: createGreylistMemory(),
      connections: 100,
      inFlight: 1_000,
      pipelining: 'across',
      chunking: false,
      wait: false,
      shutdownMs: 5_000,
      names: ['sender.test'],
      trust: new Trust(scenario.ca === undefined ? [] : [scenario.ca]),
      timeouts: { connect: 5_000, greeting: 5_000, command: 5_000, data: 5_000, block: 5_000, dot: 5_000 },
      clock,
      dialer: dial,
      memory: createHostMemory(() => clock.now()),
      random: () => 0,
      signal: new AbortController().signal,
      software: 'sealpost/test',
      onSettled: () => undefined,
      ...scenario.options,
    })
    return {
      counts: await store.counts('test'),
      folder,
      store,
      leaves: async () => {
        await log.flush()
        const leaves: Leaf[] = []
        for await (const { leaf } of log.readFrom(0)) leaves.push(leaf)
        return leaves
      },
      [Symbol.asyncDispose]: async () => {
        await close()
        if (scenario.folder === undefined) await rm(folder, { recursive: true })
      },
    }
  } catch (error) {
    await close()
    if (scenario.folder === undefined) await rm(folder, { recursive: true })
    throw error
  }
}

function jobOf(scenario: SendScenario): Job {
  return {
    campaign: 'test',
    source: {
      render: async (item) => ({
        from: 'news@sender.test',
        to: item.address,
        raw: Buffer.from(
          scenario.body?.(item.address) ?? `Message-ID: <${item.id}@sender.test>\r\n\r\nHello ${item.address}\r\n`,
        ),
      }),
    },
    route: { kind: 'direct', port: scenario.port, allowPrivateAddresses: true },
    decidePolicy: async (domain, _hosts, released) =>
      decidePolicy({
        domain,
        campaign: scenario.level ?? 'encrypted',
        domains: scenario.rules ?? {},
        floor: 'TLSv1.2',
        login: scenario.login ?? false,
        sts: { kind: 'not-asked' },
        ...(released === undefined ? {} : { released }),
      }),
    credentials: undefined,
    schedule: { retryMs: [60_000], giveUpMs: 86_400_000 },
    held: { untilMs: 86_400_000, then: 'failed' },
  }
}

function createBook(usage: QueueDatabase, clock: Clock, rule: Partial<DeliveryRule> = {}): LimitBook {
  const lane = {
    connections: 2,
    messagesPerConnection: 100,
    recipientsPerTransaction: 100,
    messagesPerHour: undefined,
    warmUp: [],
    ...rule,
  }
  return new LimitBook({ clock, random: () => 0.5, usage, lane, rules: [], providerOf: () => undefined })
}

async function* rowsOf(addresses: readonly string[]) {
  for (const address of addresses) {
    yield {
      kind: 'recipient',
      address,
      addressKey: address.toLowerCase(),
      domain: address.split('@')[1] ?? '',
      columns: { name: address.split('@')[0] ?? '' },
    } as const
  }
}

function resolverOf(domains: SendScenario['domains']): Resolver {
  const zone = Object.entries(domains).map(([domain, found]): MockZone => {
    if (found === 'nxdomain' || found === 'servfail') return { [domain]: found }
    if (found === 'null-mx') return { [domain]: { MX: [{ preference: 0, exchange: '' }] } }
    const exchange = `mx.${domain}`
    return { [domain]: { MX: [{ preference: 10, exchange }] }, [exchange]: { A: found } }
  })
  return mockResolver(Object.assign({}, ...zone) as MockZone)
}
