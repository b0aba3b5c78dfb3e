import { systemClock, type Clock } from '../../../src/clock.ts'
import type { TlsIdentity } from './identity.ts'
import type { Prime } from './prime.ts'
import type { RobotOracle } from './robot.ts'
import type { Chosen } from './seen.ts'

/** How a server leaves, or stays and says nothing more. */
export type Reaction = 'close' | 'reset' | 'silence' | { readonly alert: number }

/**
 * Moments of a connection: before the ClientHello is read (`start`), when it was (`hello`), before a message of the
 * server's is written, when its flight is out, when a message of the client's came.
 */
export type Moment = 'start' | 'hello' | MessageName | 'flight' | ClientMessage

type ClientMessage = 'client_key_exchange' | 'change_cipher_spec' | 'finished' | 'heartbeat'

export type MessageName =
  | 'server_hello'
  | 'hello_retry_request'
  | 'certificate'
  | 'certificate_status'
  | 'server_key_exchange'
  | 'certificate_request'
  | 'server_hello_done'

/** Something that a sound server does not do. */
export type Mishap = { readonly at: Moment } & (
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'stop'; readonly how: Reaction }
  /** Raw octets, such as `printAlert('warning', 112)` or garbage. */
  | { readonly kind: 'send'; readonly octets: Buffer }
  /** Raw octets between two records that share the message. */
  | { readonly kind: 'interleave'; readonly octets: Buffer }
  /** The octets again and again, until the client takes no more. */
  | { readonly kind: 'flood'; readonly octets: Buffer }
)

/** What a server cannot bear in a ClientHello, and what it does then. */
export type Intolerance = { readonly reaction: Reaction } & (
  | { readonly to: 'tls13' | 'ml-kem' | 'unknown-extension' | 'many-suites' | 'many-records' }
  /** A message, its header counted, of more octets than `over`, and no more than `upTo` where that is given. */
  | { readonly to: 'size'; readonly over: number; readonly upTo?: number }
)

/** Extensions that a server answers where the client sent them, and the protocol lets it. */
type AnsweredExtension =
  | 'server_name'
  | 'ec_point_formats'
  | 'encrypt_then_mac'
  | 'extended_master_secret'
  | 'session_ticket'
  | 'renegotiation_info'

/** A TLS server, down to its faults. `soundBehaviour` is what a test starts from; it overrides what it is about. */
export interface TlsBehaviour {
  /** 0x0002 (SSLv2) to 0x0304 (TLS 1.3). */
  readonly versions: readonly number[]
  /** In the server's order. */
  readonly suites: readonly number[]
  /** Cipher kinds of SSLv2. */
  readonly kinds: readonly number[]
  /** Whose order of suites counts. */
  readonly order: 'server' | 'client'
  /** For ECDHE and TLS 1.3, in the server's order. */
  readonly groups: readonly number[]
  readonly groupOrder: 'server' | 'client'
  /** Signature schemes of TLS 1.2, in the server's order. */
  readonly schemes: readonly number[]
  /** For DHE; suites for export take 512 bits whatever stands here. */
  readonly prime: Prime
  readonly generator: number
  /** By the type of their keys; the server's own where left out. An empty list has anonymous suites only. */
  readonly identities: readonly TlsIdentity[] | undefined
  /** For a client without SNI; `identities` where left out. */
  readonly identitiesWithoutSni: readonly TlsIdentity[] | undefined
  /** RFC 6066 3: alert unrecognized_name (112) for every name. */
  readonly unrecognizedName: 'never' | 'warning' | 'fatal'
  readonly extensions: readonly AnsweredExtension[]
  /** Extensions of the ServerHello that nobody asked for. */
  readonly unasked: readonly { readonly type: number; readonly data: Buffer }[]
  /** OCSP response in DER, for a client that sends status_request. */
  readonly staple: Buffer | undefined
  /** RFC 6520: a heartbeat request is answered, with what it sent or with more. */
  readonly heartbeat: 'none' | 'sound' | 'bleeding'
  /** Compression methods besides null, such as 1 (DEFLATE, RFC 3749). */
  readonly compression: readonly number[]
  /** CertificateRequest up to TLS 1.2: certificate types, schemes, distinguished names in DER. */
  readonly certificateRequest:
    | { readonly types: readonly number[]; readonly schemes: readonly number[]; readonly authorities: readonly Buffer[] }
    | undefined
  /** TLS_FALLBACK_SCSV (RFC 7507 3). */
  readonly fallback: 'honoured' | 'ignored'
  readonly sessionId: 'fresh' | 'empty' | 'echoed'
  /** CVE-2016-9244: a short session id beside a ticket comes back with 32 octets. */
  readonly ticketbleed: boolean
  /** CVE-2014-0224: ChangeCipherSpec is taken before ClientKeyExchange. */
  readonly earlyCcs: boolean
  readonly robot: RobotOracle
  /** HelloRetryRequest: where no share fits; for the preferred group though another fits; against RFC 8446 4.1.4. */
  readonly helloRetry: 'as-needed' | 'preferred' | 'twice' | 'given-group'
  /** Cookie of the HelloRetryRequest (RFC 8446 4.2.2). */
  readonly cookie: Buffer | undefined
  /** What follows a ServerHello of TLS 1.3: records that look encrypted, or nothing. */
  readonly encrypted: 'records' | 'close' | 'silence'
  readonly intolerances: readonly Intolerance[]
  readonly mishaps: readonly Mishap[]
  /** Put into the ServerHello whatever was agreed on. */
  readonly forced: Partial<Chosen>
  /** The last hand on a message before it is written, its header included. */
  readonly rewrite: (name: MessageName, message: Buffer) => Buffer
  /** Octets of handshake in one record; a small number splits headers too. */
  readonly recordOctets: number
  /** All messages of the flight follow one another within records. */
  readonly coalesced: boolean
  /** Octets in one write; 1 is octet by octet. */
  readonly writeOctets: number
  readonly clock: Clock
}

/** A good server of today, that also knows the suites it takes from older clients. */
export const soundBehaviour: TlsBehaviour = {
  versions: [0x0304, 0x0303],
  suites: [0x1302, 0x1303, 0x1301, 0xc02c, 0xc02b, 0xcca9, 0xc030, 0xc02f, 0xcca8, 0x009f, 0x009e, 0xc028, 0xc027],
  kinds: [],
  order: 'server',
  groups: [29, 23, 24],
  groupOrder: 'server',
  schemes: [0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601],
  prime: 2048,
  generator: 2,
  identities: undefined,
  identitiesWithoutSni: undefined,
  unrecognizedName: 'never',
  extensions: [
    'server_name',
    'ec_point_formats',
    'encrypt_then_mac',
    'extended_master_secret',
    'session_ticket',
    'renegotiation_info',
  ],
  unasked: [],
  staple: undefined,
  heartbeat: 'none',
  compression: [],
  certificateRequest: undefined,
  fallback: 'honoured',
  sessionId: 'fresh',
  ticketbleed: false,
  earlyCcs: false,
  robot: {},
  helloRetry: 'as-needed',
  cookie: undefined,
  encrypted: 'records',
  intolerances: [],
  mishaps: [],
  forced: {},
  rewrite: (_name, message) => message,
  recordOctets: 16_384,
  coalesced: false,
  writeOctets: Infinity,
  clock: systemClock,
}
