import type { Duplex } from 'node:stream'
import {
  type Endpoint,
  type Hop,
  type HopEnd,
  type HopRecord,
  type InjectionProbe,
  type MailProbe,
  openHop,
  probeInjection,
  probeMail,
  reachTls,
} from '../starttls/index.ts'
import { type Ask, exchangeHello } from '../tls/index.ts'
import type { CheckContext } from './context.ts'
import type { SeenHop } from './finding.ts'
import type { Service } from './target.ts'

/** What a connection was for. */
type Purpose = 'survey' | 'probe'

/** A connection that was made, whatever came of it. */
export interface SeenConnection {
  readonly purpose: Purpose
  readonly record: HopRecord
  readonly end: HopEnd | { readonly kind: 'ready' }
}

/** A server that is silent to so many hellos will be to the next, and each silence costs a time-out. */
const maxSilences = 2

/** No hello of ours is worth longer a wait, in milliseconds: a handshake that matters waits as long as the settings say. */
const maxHelloMs = 15_000

/** A visit begins no connection after so long, in milliseconds: a server that is slow each time is asked no more. */
const maxVisitMs = { brief: 60_000, deep: 900_000 }

/**
 * All connections of one examination to one address, one after the other: each is counted against the budget, and the
 * first that is refused ends the visit. What was learnt before stands.
 */
export class Visit {
  readonly connections: SeenConnection[] = []
  readonly #endpoint: Endpoint
  readonly #service: Service
  readonly #context: CheckContext
  readonly #servername: string
  #left: number
  readonly #until: number
  #silences = 0
  #stopped: string | undefined
  #cutShort: string | undefined

  constructor(endpoint: Endpoint, service: Service, context: CheckContext, servername = endpoint.host) {
    this.#servername = servername
    this.#endpoint = endpoint
    this.#service = service
    this.#context = context
    this.#left = context.budget
    this.#until = context.clock.now() + (context.deep ? maxVisitMs.deep : maxVisitMs.brief)
  }

  /** Why no further connection is made; undefined while one may be. */
  get stopped(): string | undefined {
    if (this.#stopped !== undefined) return this.#stopped
    const { budget } = this.#context
    if (this.#left <= 0) return `the budget of ${budget} connection${budget === 1 ? '' : 's'} is used up`
    return this.#context.clock.now() > this.#until ? 'the server is slow, and was asked for long enough' : undefined
  }

  /** Why something was left unasked; undefined where a visit that may end now has asked all it wanted. */
  get cutShort(): string | undefined {
    return this.#stopped ?? this.#cutShort
  }

  /** Whether a further connection may be made. A no is kept: then not all was asked. */
  mayConnect(): boolean {
    this.#cutShort ??= this.stopped
    return this.stopped === undefined
  }

  /** How many connections to it were brought inside TLS, as far as they were to go. */
  get good(): number {
    return this.connections.filter(({ end }) => end.kind === 'secure' || end.kind === 'ready').length
  }

  /** Connects as a sender does, and takes leave. A refusal does not end the visit: it may be tried again. */
  async hop(sni: boolean, service: Service = this.#service): Promise<SeenHop> {
    this.#left--
    const hop = await openHop(
      { ...this.#endpoint, port: service.port },
      { ...this.#options(service), sni, servername: this.#servername },
    )
    await hop.leave()
    const { record, end } = hop
    if (service === this.#service) this.connections.push({ purpose: 'survey', record, end })
    return { record, end }
  }

  /** Connects for the sake of a session, or to resume one; undefined where the visit has ended. */
  async resume(wish: { readonly ceiling?: 'TLSv1.2'; readonly session?: Buffer }): Promise<Hop | undefined> {
    if (!this.mayConnect()) return undefined
    this.#left--
    const hop = await openHop(this.#endpoint, { ...this.#options(this.#service), sni: true, ...wish })
    await hop.leave()
    this.#note('probe', hop.record, hop.end)
    return hop
  }

  /** A connection whose next octet is the first of TLS; undefined where the visit has ended. */
  async open(purpose: Purpose): Promise<Duplex | undefined> {
    if (!this.mayConnect()) return undefined
    this.#left--
    const reached = await reachTls(this.#endpoint, this.#options(this.#service))
    this.#note(purpose, reached.record, reached.end)
    return reached.stream
  }

  readonly ask: Ask = async (hello) => {
    const stream = await this.open('survey')
    if (!stream) return undefined
    const { clock } = this.#context
    const answer = await exchangeHello(stream, hello, { clock, timeoutMs: this.helloMs })
    if (answer.kind === 'timeout' && ++this.#silences >= maxSilences)
      this.#stopped = `the server fell silent at ${maxSilences} hellos`
    return answer
  }

  /** Milliseconds for a hello and its answer. */
  get helloMs(): number {
    return Math.min(this.#context.timeouts.handshake, maxHelloMs)
  }

  async injection(): Promise<InjectionProbe | undefined> {
    if (!this.mayConnect()) return undefined
    this.#left--
    const probe = await probeInjection(this.#endpoint, { ...this.#options(this.#service), sni: true })
    // A server that hangs up on the command slipped in has refused that, and not us.
    this.#note('probe', probe.record, probe.injection.kind === 'not-tested' ? probe.end : { kind: 'ready' })
    return probe
  }

  async mail(recipient: string): Promise<MailProbe | undefined> {
    if (!this.mayConnect()) return undefined
    this.#left--
    const probe = await probeMail(this.#endpoint, { ...this.#options(this.#service), protocol: 'smtp', sni: true, recipient })
    this.#note('probe', probe.record, probe.end)
    return probe
  }

  #note(purpose: Purpose, record: HopRecord, end: SeenConnection['end']): void {
    this.connections.push({ purpose, record, end })
    if (end.kind === 'answered') this.#stopped = `the server said ${end.said.text}`
    if (end.kind === 'unreachable') this.#stopped = `the server took no further connection: ${end.detail}`
    if ((end.kind === 'closed' || end.kind === 'timeout') && end.stage !== 'inside')
      this.#stopped = 'the server broke off a further connection before TLS'
  }

  #options(service: Service) {
    const { names, trust, timeouts, clock, dialer } = this.#context
    return {
      protocol: service.protocol,
      security: service.security,
      names,
      probe: true,
      trust,
      // An examination wants to see what the server has, also where nobody should use it.
      floor: 'TLSv1' as const,
      timeouts,
      clock,
      dialer,
    }
  }
}
