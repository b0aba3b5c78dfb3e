import type { CertificateRequest } from '../hello/index.ts'

/** What a server has of TLS, asked with hellos of our own. Data without judgement; numbers as IANA gives them. */
export interface TlsSurvey {
  /** Oldest first, from SSLv2 to TLS 1.3. */
  readonly versions: readonly VersionFact[]
  readonly suites: readonly SuiteList[]
  readonly groups: readonly GroupList[]
  /** Distinct parameters of finite-field Diffie-Hellman, as they were met. */
  readonly dh: readonly DhFact[]
  /** Distinct chains, as they were met. */
  readonly chains: readonly SentChain[]
  /** What the server answered to extensions that were offered up to TLS 1.2; undefined where none was asked. */
  readonly extensions: ExtensionFacts
  /** Signature schemes of ServerKeyExchange messages. */
  readonly schemes: readonly number[]
  readonly clientCertificate: CertificateRequest | undefined
  /** Warnings that came before a ServerHello, such as unrecognized_name (112). */
  readonly warnings: readonly number[]
  /** Refused a hello with more than 127 suites, and took the same in parts. */
  readonly manySuitesRefused: boolean
  /** Why the survey ended early; undefined where all that was to be asked was answered. */
  readonly stopped: string | undefined
}

/** Octets that prove a fact: the beginning of what the server sent, in hex. */
export type Evidence = string

export interface VersionFact {
  readonly version: number
  /** Undefined where it was not asked, or the answer says nothing. */
  readonly accepted: boolean | undefined
  readonly evidence: Evidence
}

export interface SuiteList {
  readonly version: number
  /** Whose preference decides; in the order of it where it is the server's. */
  readonly order: 'server' | 'client' | 'unknown'
  readonly suites: readonly { readonly id: number; readonly evidence: Evidence }[]
  /** Offered, and refused all together. */
  readonly refused: readonly number[]
  /** All suites there are were asked for. */
  readonly complete: boolean
}

export interface GroupList {
  readonly version: number
  /** In the server's order, or ours where it follows the client. */
  readonly groups: readonly number[]
  readonly complete: boolean
}

export interface DhFact {
  readonly version: number
  readonly suite: number
  readonly bits: number
  /** The prime, big-endian, hex. */
  readonly prime: string
  readonly evidence: Evidence
}

export interface SentChain {
  readonly version: number
  /** Whether the host's name was sent as SNI. */
  readonly sni: boolean
  /** DER, in the order it was sent. */
  readonly sent: readonly Buffer[]
  readonly staple: Buffer | undefined
}

export interface ExtensionFacts {
  /** RFC 7627. */
  readonly extendedMasterSecret?: boolean
  /** RFC 5746. */
  readonly secureRenegotiation?: boolean
  /** RFC 7366; known only where the server chose a CBC suite. */
  readonly encryptThenMac?: boolean
  /** RFC 5077. */
  readonly ticket?: boolean
  /** RFC 6520. */
  readonly heartbeat?: boolean
  /** DEFLATE was chosen (RFC 3749). */
  readonly compression?: boolean
  /** A CertificateStatus came (RFC 6066 8). */
  readonly staple?: boolean
}
