import type { Clock } from '../clock.ts'
import type { DnsFailure } from './answer.ts'
import type { Decoded } from './decode.ts'
import type { Question } from './question.ts'

/** A DNS server's address and port, and how it is spoken to. */
export interface DnsServer {
  readonly address: string
  readonly port: number
  /** For DNS over TLS (RFC 7858): the host name that its certificate must be for. In the clear unless given. */
  readonly tlsName?: string
}

/** What came of one question on its way to one server. */
export type Exchanged =
  | Exclude<Decoded, { kind: 'other' }>
  | {
      readonly kind: 'lost'
      readonly cause: Extract<DnsFailure, 'timeout' | 'unreachable' | 'malformed'>
      readonly detail: string
    }

/** Thousands of these are under way at once, so they are callbacks and not promises. */
export type Settle = (outcome: Exchanged) => void

/** What every way to a server is made with. */
export interface ExchangeOptions {
  readonly server: DnsServer
  /** Milliseconds that one question has. */
  readonly timeoutMs: number
  readonly clock: Clock
}

/** A question that was sent and waits for its answer. */
export interface Pending {
  readonly question: Question
  readonly settle: Settle
  /** Ends the wait for time. */
  readonly stop: () => void
}

/** The query under an id of its own. A question is under way to one server at a time, so its packet is free. */
export function stampQuestion({ packet }: Question, id: number): Buffer {
  packet[0] = id >> 8
  packet[1] = id & 0xff
  return packet
}

export function formatServer({ address, tlsName }: DnsServer): string {
  return tlsName === undefined ? address : `${address} (${tlsName})`
}
