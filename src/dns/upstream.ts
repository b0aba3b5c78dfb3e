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

/** What is asked for. */
export interface Asked {
  readonly name: string
  readonly type: RecordType
  /** See `writeQuestion`. */
  readonly unchecked?: boolean
}

/** How long a server that failed is asked last, in milliseconds. */
const restMs = 30_000

const defaultInFlight = 2_000

/** One recursive resolver: UDP, and TCP where an answer is cut; or TLS alone. */
export class Upstream {
  readonly #clock: Clock
  readonly #window: Window
  readonly #udp: UdpChannel | undefined
  readonly #stream: StreamChannel
  #heardAt = Number.NEGATIVE_INFINITY
  #failedUntil = Number.NEGATIVE_INFINITY
  #failure = ''

  constructor(server: DnsServer, { timeoutMs, clock, inFlight, udp, secureContext }: UpstreamOptions) {
    const options: ExchangeOptions = { server, timeoutMs, clock }
    this.#clock = clock
    this.#window = new Window(inFlight ?? defaultInFlight)
    this.#udp = server.tlsName === undefined ? new UdpChannel({ ...options, ...udpDefaults, ...udp }) : undefined
    this.#stream = new StreamChannel({ ...options, ...(secureContext ? { secureContext } : {}) })
  }

  /** Whether it failed of late, and others are better asked first. */
  get resting(): boolean {
    return this.#failedUntil > this.#clock.now()
  }

  /**
   * The question is written only when its turn has come: thousands may wait.
   *
   * @param hasOther whether another server may be asked instead, so that nobody has to wait for one that failed
   */
  ask({ name, type, unchecked }: Asked, settle: (outcome: Settled) => void, hasOther = false): void {
    this.#window.enter((waited) => {
      if (waited && hasOther && this.resting) {
        settle(settledOf({ kind: 'lost', cause: 'timeout', detail: this.#failure }))
        this.#window.settle(0, false)
        return
      }
      const question = writeQuestion(name, type, unchecked)
      if (!question) {
        settle(describeFailure('malformed', 'this is no name that DNS knows'))
        this.#window.settle(0, false)
        return
      }
      const askedAt = this.#clock.now()
      const finish: Settle = (outcome) => {
        this.#note(outcome, askedAt)
        settle(settledOf(outcome))
        this.#window.settle(this.#clock.now() - askedAt, outcome.kind === 'lost' && outcome.cause === 'timeout')
      }
      if (!this.#udp) this.#stream.ask(question, finish)
      else
        this.#udp.ask(question, (outcome) => {
          if (outcome.kind === 'truncated') this.#stream.ask(question, finish)
          else finish(outcome)
        })
    })
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
