import { printNumber } from './printNumber.ts'

/** An alert of TLS. */
export interface Alert {
  readonly number: number
  readonly name: string
  /** What one of the usual ones mostly means, as a clause; undefined where its name says as much. */
  readonly meaning: string | undefined
}

/**
 * The registry "TLS Alerts" of IANA (tls-parameters-6), reserved ones of older versions included (RFC 5246 7.2, RFC 8446
 * 6, RFC 9846 6 for 117, RFC 9849 for 121), with what the usual ones mostly mean where mail is carried.
 */
const alerts: readonly (readonly [number: number, name: string, meaning?: string])[] = [
  [0, 'close_notify', 'the peer ends the connection in good order'],
  [10, 'unexpected_message', 'the peer got a message that it did not expect at that point'],
  [20, 'bad_record_mac', 'the peer could not verify a record: keys differ, or something on the way changes octets'],
  [21, 'decryption_failed'],
  [22, 'record_overflow'],
  [30, 'decompression_failure'],
  [40, 'handshake_failure', 'no cipher suite, group or signature that both sides accept'],
  [41, 'no_certificate'],
  [42, 'bad_certificate', 'the peer does not accept the certificate'],
  [43, 'unsupported_certificate'],
  [44, 'certificate_revoked', 'the certificate was revoked'],
  [45, 'certificate_expired', 'the certificate is out of date, or the clock of the peer is'],
  [46, 'certificate_unknown', 'the peer rejects the certificate for a reason of its own'],
  [47, 'illegal_parameter', 'the peer found a value that contradicts the rest of the handshake'],
  [48, 'unknown_ca', 'the peer does not know who issued the certificate, or an intermediate certificate is missing'],
  [49, 'access_denied', 'the certificate is valid, but the peer refuses its owner'],
  [50, 'decode_error', 'the peer could not parse a message'],
  [51, 'decrypt_error'],
  [52, 'too_many_cids_requested'],
  [60, 'export_restriction'],
  [70, 'protocol_version', 'no version of TLS that both sides accept'],
  [71, 'insufficient_security', 'the peer demands stronger cipher suites or keys than were offered'],
  [80, 'internal_error', 'a fault at the peer, often in its configuration'],
  [86, 'inappropriate_fallback', 'the peer has a newer version and takes the older one for a downgrade attack'],
  [90, 'user_canceled'],
  [100, 'no_renegotiation'],
  [109, 'missing_extension'],
  [110, 'unsupported_extension'],
  [111, 'certificate_unobtainable'],
  [112, 'unrecognized_name', 'the peer has no certificate for the host name that was asked for (SNI)'],
  [113, 'bad_certificate_status_response'],
  [114, 'bad_certificate_hash_value'],
  [115, 'unknown_psk_identity'],
  [116, 'certificate_required', 'the peer demands a client certificate'],
  [117, 'general_error'],
  [120, 'no_application_protocol', 'the peer speaks none of the protocols that were named in ALPN'],
  [121, 'ech_required'],
]

const byNumber = new Map(alerts.map(([number, name, meaning]) => [number, { number, name, meaning }]))

export function readAlert(number: number): Alert | undefined {
  return byNumber.get(number)
}

/** `handshake_failure` for 40; `0x00ff` for what the registry does not know. */
export function alertName(number: number): string {
  return byNumber.get(number)?.name ?? printNumber(number)
}
