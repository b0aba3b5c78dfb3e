/** To whom a connection was, and on what ground: what may lead to a person where a domain is one person's. */
export interface Peer {
  readonly host: string
  /** The IP address. */
  readonly address: string
  /** The id of the policy: equal for equal demands. */
  readonly policy: string
  /** Why this level was demanded, in words. */
  readonly reason: string
  /** The domain for which the connection was first made, where it was found by MX records. */
  readonly policyDomain: string | null
  /** The lines of the last answer to EHLO: inside TLS, or in the clear where there was none. */
  readonly ehlo: readonly string[]
  /** The MTA-STS policy that is enforced: id of its record (RFC 8461, 3.1), SHA-256 of its text as hex where it is kept. */
  readonly sts: { readonly id: string; readonly sha256: string | null } | null
  /**
   * TLSA records (RFC 6698, 2.1) as `3 1 1 hex`, data longer than a digest as `3 0 0 sha256:hex`; and whether they are signed, by
   * the word of a resolver that counts.
   */
  readonly tlsa: { readonly secure: boolean; readonly records: readonly string[] } | null
  /** The rule of the settings or of the campaign that asked for the level, where there is one. */
  readonly rule: string | null
  /** SHA-256 of the leaf certificate and of its public key (SPKI), hex. */
  readonly certificate: string | null
  readonly key: string | null
  /** SHA-256 of each certificate as it was shown, leaf first, hex. */
  readonly chain: readonly string[]
}

export interface SessionTls {
  readonly version: string
  readonly cipher: string
  readonly group: string | null
  readonly resumed: boolean
  /**
   * Where it was resumed: when a full handshake showed certificate and key, which are remembered from there (ISO 8601).
   * Null where all was shown on this connection.
   */
  readonly provenAt: string | null
}

/** One connection: to whom, under which demand, and what TLS showed. */
export interface SessionFacts {
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly peer: Peer
  readonly port: number
  readonly level: string
  /** Who vouched for the host; null where it was passed over. */
  readonly voucher: 'dane' | 'sts' | 'user' | 'dns' | null
  readonly verdict: string
  readonly cause: string
  /** Delivered over, or how many messages had to wait because of it. */
  readonly decision: string
  readonly tls: SessionTls | null
  /** The certificates as DER, leaf first, as in `peer.chain`; kept once by their hash. */
  readonly chain: readonly Uint8Array[]
  readonly software: string
}

/** How an attempt names its session. */
export interface SessionRef {
  /** 22 letters of base64url, 16 random octets. */
  readonly id: string
  /** Its leaf in the log, from 0. */
  readonly leaf: number
}

export type Outcome = 'delivered' | 'deferred' | 'failed' | 'reply-lost' | 'unknown'

/** `observed`: this program saw it. `claimed`: a provider says so. `unknown`: it was begun, and a crash hid how it ended. */
export type Strength = 'observed' | 'claimed' | 'unknown'

/** What a provider said of a message that was handed to it. */
export interface Claim {
  readonly provider: string
  /** The provider's own word for what happened. */
  readonly event: string
  /** Whether it says that it went on over TLS; null where it does not say. */
  readonly tls: boolean | null
}

/** One try to hand over one recipient's message, or what a provider claims of one. */
export interface AttemptFacts {
  /** Milliseconds since the epoch. */
  readonly time: number
  /** The recipient's own random key, 32 octets, kept outside the log. */
  readonly key: Uint8Array
  /** The number of the attempt, from 1. */
  readonly number: number
  readonly address: string
  readonly campaign: string
  readonly domain: string
  /** Null where none is known: of claims, and of attempts that a crash hid. */
  readonly session: SessionRef | null
  /** SHA-256 of the message's octets as they were sent, 32 octets; null where it is not known. */
  readonly message: Uint8Array | null
  readonly octets: number | null
  readonly outcome: Outcome
  readonly code: number | null
  readonly enhanced: string | null
  /** The reply's text, bounded. */
  readonly reply: string | null
  readonly strength: Strength
  readonly claim: Claim | null
  /** The leaf of the attempt before it, of the same message. */
  readonly previous: number | null
}
