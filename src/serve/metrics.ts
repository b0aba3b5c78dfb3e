import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client'
import type { Counts } from '../queue/index.ts'
import type { Way } from '../unsubscribe/index.ts'

/** How many messages are in which state, by campaign. */
export type ReadQueue = () => Iterable<readonly [campaign: string, counts: Counts]>

const states = ['sent', 'held', 'deferred', 'failed', 'dropped', 'exported', 'suppressed', 'waiting'] as const

/** Campaigns that are shown, the latest: each is a time series for ever. */
const most = 50

/** Numbers for Prometheus. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #unsubscribes: Counter<'way'>
  readonly #resubscribes: Counter
  readonly #requests: Counter<'outcome'>
  readonly #hits: Counter<'kind'>
  readonly #claims: Counter<'provider' | 'fate'>
  readonly #withdrawals: Counter

  constructor(readQueue: ReadQueue) {
    const registers = [this.#registry]
    this.#unsubscribes = new Counter({
      name: 'sealpost_unsubscribes_total',
      help: 'Recipients who left, by way.',
      labelNames: ['way'],
      registers,
    })
    this.#resubscribes = new Counter({ name: 'sealpost_resubscribes_total', help: 'Recipients who took it back.', registers })
    this.#requests = new Counter({
      name: 'sealpost_requests_total',
      help: 'Requests, by what became of them.',
      labelNames: ['outcome'],
      registers,
    })
    this.#hits = new Counter({
      name: 'sealpost_hits_total',
      help: 'Links of messages that were answered, by kind: click, open; also those that do not count.',
      labelNames: ['kind'],
      registers,
    })
    this.#claims = new Counter({
      name: 'sealpost_claims_total',
      help: 'Events that providers reported, by provider and by what became of them.',
      labelNames: ['provider', 'fate'],
      registers,
    })
    this.#withdrawals = new Counter({
      name: 'sealpost_tracking_withdrawals_total',
      help: 'Recipients who took back their consent to be counted.',
      registers,
    })
    const gauge = new Gauge({
      name: 'sealpost_queue_messages',
      help: 'Messages of the latest campaigns, by state.',
      labelNames: ['campaign', 'state'],
      registers,
      collect: () => {
        gauge.reset()
        for (const [campaign, counts] of [...readQueue()].slice(-most))
          for (const state of states) gauge.set({ campaign, state }, counts[state])
      },
    })
  }

  /** Memory, processor, event loop of this process; once a process, as it watches from then on. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.#registry })
  }

  unsubscribed(way: Way): void {
    this.#unsubscribes.inc({ way })
  }

  resubscribed(): void {
    this.#resubscribes.inc()
  }

  request(outcome: 'page' | 'done' | 'none' | 'refused' | 'failed'): void {
    this.#requests.inc({ outcome })
  }

  hit(kind: 'click' | 'open'): void {
    this.#hits.inc({ kind })
  }

  claims(provider: string, fate: 'kept' | 'repeated' | 'untied' | 'malformed' | 'refused', count: number): void {
    if (count > 0) this.#claims.inc({ provider, fate }, count)
  }

  withdrawn(): void {
    this.#withdrawals.inc()
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  async print(): Promise<string> {
    return this.#registry.metrics()
  }
}
