/**
 * A ClientHello as we want it on the wire, down to what no current library would send. Numbers are those of the IANA
 * registries (`tls/registry/`). What is left out is not sent.
 */
export interface ClientHello {
  /**
   * The highest version offered: 0x0300 (SSL 3.0) to 0x0304 (TLS 1.3). For 0x0304 the extension supported_versions
   * names it and, unless `versions` says otherwise, the legacy field holds 0x0303 (RFC 8446 4.1.2).
   */
  readonly version: number
  /** What supported_versions lists where it shall be other than `version` alone. */
  readonly versions?: readonly number[]
  /** In our order of preference; signalling values (0x00ff RFC 5746, 0x5600 RFC 7507) stand among them. */
  readonly suites: readonly number[]
  /** supported_groups, in our order (RFC 8446 4.2.7, RFC 8422 5.1.1); empty leaves the extension out. */
  readonly groups: readonly number[]
  /** Groups that a key share is sent for, TLS 1.3 alone. An empty list asks for a HelloRetryRequest (RFC 8446 4.2.8). */
  readonly keyShares?: readonly number[]
  /** signature_algorithms (RFC 8446 4.2.3); empty leaves the extension out. */
  readonly signatureSchemes: readonly number[]
  /** SNI (RFC 6066 3). */
  readonly servername?: string | undefined
  /** Compression methods, `[0]` where left out (RFC 5246 7.4.1.2, RFC 3749). */
  readonly compression?: readonly number[]
  readonly sessionId?: Buffer
  /** session_ticket (RFC 5077 3.2): an empty buffer asks for one. */
  readonly ticket?: Buffer
  /** RFC 7627. */
  readonly extendedMasterSecret?: boolean
  /** RFC 7366. */
  readonly encryptThenMac?: boolean
  /** RFC 6520, mode peer_allowed_to_send. */
  readonly heartbeat?: boolean
  /** status_request for OCSP (RFC 6066 8). */
  readonly statusRequest?: boolean
  /** renegotiation_info, empty (RFC 5746 3.4). */
  readonly renegotiationInfo?: boolean
  /** Further extensions, such as GREASE (RFC 8701), as type and data. */
  readonly extensions?: readonly { readonly type: number; readonly data: Buffer }[]
  /** The hello is padded to at least so many octets (RFC 7685). */
  readonly padTo?: number
  /** Version of the record layer, 0x0301 where left out (0x0300 for SSL 3.0). */
  readonly recordVersion?: number
}

/** The CLIENT-HELLO of SSLv2 (draft-hickman-netscape-ssl 0.2, 2.5): to see whether a server still has it (RFC 6176). */
export interface Ssl2Hello {
  readonly version: 0x0002
  /** Cipher kinds of three octets, such as 0x010080. */
  readonly kinds: readonly number[]
}
