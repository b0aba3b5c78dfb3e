/** What came back to a hello. Data in every case; bytes of the peer are kept as evidence, at most 64 KiB. */
export type HelloAnswer =
  | ServerFlight
  | Ssl2Answer
  /** The server broke off (RFC 8446 6.2), before or after a ServerHello that could not be read to its end. */
  | { readonly kind: 'alert'; readonly level: number; readonly description: number; readonly bytes: Buffer }
  | { readonly kind: 'closed'; readonly how: 'end' | 'reset'; readonly bytes: Buffer }
  | { readonly kind: 'timeout'; readonly ms: number; readonly bytes: Buffer }
  /** Not TLS, or TLS that breaks its own rules or our bounds; `why` in a few words. */
  | { readonly kind: 'malformed'; readonly why: string; readonly bytes: Buffer }

/** The server's first flight, as far as it is in the clear: all of it up to TLS 1.2, ServerHello alone in TLS 1.3. */
export interface ServerFlight {
  readonly kind: 'flight'
  /** The version chosen: 0x0300 to 0x0304. */
  readonly version: number
  readonly suite: number
  /** A HelloRetryRequest (RFC 8446 4.1.4). */
  readonly retry: boolean
  readonly random: Buffer
  readonly sessionId: Buffer
  readonly compression: number
  /** By type, in the order they came. */
  readonly extensions: ReadonlyMap<number, Buffer>
  /** The group of the key exchange: of key_share in TLS 1.3, of ServerKeyExchange before. */
  readonly group: number | undefined
  /** DER, in the order they were sent; undefined where no Certificate message came in the clear. */
  readonly certificates: readonly Buffer[] | undefined
  /** OCSPResponse in DER, from CertificateStatus (RFC 6066 8). */
  readonly staple: Buffer | undefined
  readonly keyExchange: KeyExchange | undefined
  readonly certificateRequest: CertificateRequest | undefined
  /** Alerts of level warning that came before it, such as unrecognized_name 112. */
  readonly warnings: readonly number[]
  /**
   * ServerHelloDone was read (up to TLS 1.2), or a ServerHello (TLS 1.3). False where the stream ended or fell silent
   * between the two, and where the server resumes a session (RFC 5077 3.1): what it chose is known all the same.
   */
  readonly complete: boolean
  readonly bytes: Buffer
}

/** ServerKeyExchange (RFC 5246 7.4.3, RFC 8422 5.4). */
export type KeyExchange =
  | { readonly kind: 'ecdhe'; readonly group: number; readonly scheme: number | undefined }
  | {
      readonly kind: 'dhe'
      /** Big-endian, without leading zeros. */
      readonly prime: Buffer
      readonly generator: Buffer
      readonly bits: number
      readonly scheme: number | undefined
    }
  /** Export RSA: a short key beside the one of the certificate. */
  | { readonly kind: 'rsa-export'; readonly bits: number }

/** CertificateRequest up to TLS 1.2 (RFC 5246 7.4.4). */
export interface CertificateRequest {
  readonly types: readonly number[]
  readonly schemes: readonly number[]
  /** How many authorities it names. */
  readonly authorities: number
}

/** SERVER-HELLO of SSLv2 (2.6 of the draft). */
interface Ssl2Answer {
  readonly kind: 'ssl2'
  /** Cipher kinds the server has in common with us. */
  readonly kinds: readonly number[]
  readonly certificate: Buffer
  readonly bytes: Buffer
}
