import { type Clock, systemClock } from '../../src/clock.ts'
import { type HostKnowledge, unaskedHost } from '../../src/ground/index.ts'
import { type Level, type NameSource, type StsGround, createHostMemory, decidePolicy } from '../../src/policy/index.ts'
import { type Reached, reachDestination } from '../../src/queue/reach.ts'
import { TicketStore } from '../../src/queue/ticket.ts'
import { type Dialer, dial } from '../../src/starttls/index.ts'
import type { Trust } from '../../src/tls/index.ts'
import type { Place } from '../../src/world/index.ts'
import { authority, clientName, mx, trust } from './lab.ts'

/** A clock that a test turns on; its timers are the machine's. */
class HandClock implements Clock {
  #ahead = 0

  timer(ms: number, fire: () => void): () => void {
    return systemClock.timer(ms, fire)
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(ms, signal)
  }

  now(): number {
    return systemClock.now() + this.#ahead
  }

  turn(ms: number): void {
    this.#ahead += ms
  }
}

/** What is demanded of the one host, and what is known of it. */
export interface Wish {
  readonly level?: Level
  readonly floor?: 'TLSv1.2' | 'TLSv1.3'
  readonly sts?: StsGround
  readonly source?: NameSource
  readonly known?: HostKnowledge
  readonly trust?: Trust
}

/** A sender that goes to `mx.example.test` time and again, and keeps its tickets. */
export class Sender {
  readonly clock = new HandClock()
  readonly tickets: TicketStore
  readonly #memory = createHostMemory(() => this.clock.now())

  constructor(tickets = new TicketStore()) {
    this.tickets = tickets
  }

  /** Reaches the host at a place as a lane does. */
  async reach(place: Place, wish: Wish = {}, dialer: Dialer = dial): Promise<Reached> {
    const { level = 'encrypted', floor = 'TLSv1.2', sts = { kind: 'none' }, source = 'dns' } = wish
    const policy = decidePolicy({ domain: 'example.test', campaign: level, domains: {}, floor, login: false, sts })
    const address = '127.0.0.1'
    const tried = await reachDestination(
      {
        credentials: undefined,
        policy,
        destination: {
          kind: 'hosts',
          key: mx,
          // All servers of a test stand in the place of one.
          endpoints: [{ host: mx, address, port: 25 }],
          hosts: new Map([[mx, wish.known ?? unaskedHost(mx)]]),
          source,
          security: 'starttls',
          protocol: 'smtp',
        },
      },
      {
        stop: new AbortController().signal,
        caution: new Map(),
        pipelining: 'across',
        ways: undefined,
        reach: {
          names: [clientName],
          trust: wish.trust ?? trust,
          timeouts: { connect: 5_000, greeting: 5_000, command: 5_000, data: 5_000, block: 5_000, dot: 5_000 },
          clock: this.clock,
          dialer: async (endpoint, ...rest) => dialer({ ...endpoint, address: place.host, port: place.port }, ...rest),
          memory: this.#memory,
          tickets: this.tickets,
        },
      },
    )
    const [reached] = tried
    if (!reached) throw new Error('nothing was tried')
    return reached
  }

  /** Reaches the host, hands one message over where that is possible, and leaves. */
  async send(place: Place, wish: Wish = {}): Promise<Reached> {
    const reached = await this.reach(place, wish)
    const { connection } = reached
    if (connection) {
      const envelope = { from: 'news@sender.test', to: ['ann@example.test'] }
      const outcomes = await connection.send({ envelope, message: Buffer.from('Subject: hello\r\n\r\nHello\r\n') })
      if (outcomes[0]?.kind !== 'accepted') throw new Error(`the message was not taken: ${outcomes[0]?.kind}`)
      await connection.quit()
    }
    return reached
  }
}

/** The happy certificate of the host. */
export const goodIdentity = await authority.issue({ names: [mx] })
