import type { SecureContext } from 'node:tls'
import type { Clock } from '../clock.ts'
import type { RecordType } from './answer.ts'
import { type AnyAnswer, describeFailure } from './decode.ts'
import type { DnsServer, ExchangeOptions, Exchanged, Settle } from './exchange.ts'
import { writeQuestion } from './question.ts'
import { StreamChannel } from './stream.ts'
import { UdpChannel, type UdpOptions, udpDefaults } from './udp.ts'
import { Window } from './window.ts'

export interface UpstreamOptions {
  /** Milliseconds for one question to one server. */
  readonly timeoutMs: number
  readonly clock: Clock
  /** Questions under way at once to one server; further ones wait their turn. */
  readonly inFlight?: number
  readonly udp?: Partial<UdpOptions>
  /** Who may vouch for a server that is spoken to over TLS. */
  readonly secureContext?: SecureContext
}

/** An answer, with the seconds it may be kept. */
export interface Settled {
  readonly answer: AnyAnswer
  readonly ttl: number
}

/** Who asks for what. An object rather than a callback, as thousands of them wait at a time. */
export interface Asker {
  readonly name: string
  readonly type: RecordType
  /** See `writeQuestion`. */
  readonly unchecked?: boolean
  /** Whether another server may be asked instead, so that nobody has to wait for one that failed. */
  readonly hasOther: boolean
  settle(outcome: Settled): void
}

/** How long a server that failed is asked last, in milliseconds. */
const restMs = 30_000

const defaultInFlight = 2_000

/** One recursive resolver: UDP, and TCP where an answer is cut; or TLS alone. */
export class Upstream {
  readonly #clock: Clock
  readonly #window: Window<Asker>
  readonly #udp: UdpChannel | undefined
  readonly #stream: StreamChannel
  #heardAt = Number.NEGATIVE_INFINITY
  #failedUntil = Number.NEGATIVE_INFINITY
  #failure = ''

  constructor(server: DnsServer, { timeoutMs, clock, inFlight, udp, secureContext }: UpstreamOptions) {
    const options: ExchangeOptions = { server, timeoutMs, clock }
    this.#clock = clock
    this.#window = new Window(inFlight ?? defaultInFlight, (asker, waited) => {
      this.#start(asker, waited)
    })
    this.#udp = server.tlsName === undefined ? new UdpChannel({ ...options, ...udpDefaults, ...udp }) : undefined
    this.#stream = new StreamChannel({ ...options, ...(secureContext ? { secureContext } : {}) })
  }

  /** Whether it failed of late, and others are better asked first. */
  get resting(): boolean {
    return this.#failedUntil > this.#clock.now()
  }

  ask(asker: Asker): void {
    this.#window.enter(asker)
  }

  /** The question is written only now that its turn has come. */
  #start(asker: Asker, waited: boolean): void {
    const askedAt = this.#clock.now()
    const question = writeQuestion(asker.name, asker.type, asker.unchecked)
    if (!question) this.#finish(asker, describeFailure('malformed', 'this is no name that DNS knows'), askedAt)
    else if (waited && asker.hasOther && this.resting) {
      this.#finish(asker, settledOf({ kind: 'lost', cause: 'timeout', detail: this.#failure }), askedAt)
    } else {
      let isOverTcp = false
      const settle: Settle = (outcome) => {
        // What a server cut over UDP, it is asked for by TCP; what it cuts there is its last word.
        if (outcome.kind === 'truncated' && this.#udp && !isOverTcp) {
          isOverTcp = true
          this.#stream.ask(question, settle)
          return
        }
        this.#note(outcome, askedAt)
        this.#finish(asker, settledOf(outcome), askedAt, outcome.kind === 'lost' && outcome.cause === 'timeout')
      }
      const channel = this.#udp ?? this.#stream
      channel.ask(question, settle)
    }
  }

  #finish(asker: Asker, outcome: Settled, askedAt: number, isLost = false): void {
    asker.settle(outcome)
    this.#window.settle(this.#clock.now() - askedAt, isLost)
  }

  close(): void {
    this.#stream.close()
  }

  /** A time-out tells of the server only where it said nothing else since: a name can be dead by itself. */
  #note(outcome: Exchanged, askedAt: number): void {
    if (outcome.kind !== 'lost') {
      this.#heardAt = this.#clock.now()
      this.#failedUntil = Number.NEGATIVE_INFINITY
    } else if (this.#heardAt < askedAt || outcome.cause !== 'timeout') {
      this.#failedUntil = this.#clock.now() + restMs
      this.#failure = outcome.detail
    }
  }
}

function settledOf(outcome: Exchanged): Settled {
  switch (outcome.kind) {
    case 'answer':
      return outcome
    case 'truncated':
      return describeFailure('malformed', 'an answer is cut even over TCP')
    case 'lost':
      return { answer: { kind: 'failure', cause: outcome.cause, detail: outcome.detail }, ttl: 0 }
  }
}
