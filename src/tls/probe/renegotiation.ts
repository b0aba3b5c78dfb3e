import type { ServerFlight } from '../hello/index.ts'
import type { Probed } from './probed.ts'

/**
 * Insecure renegotiation (CVE-2009-3555): has a server that was asked for renegotiation_info, by the extension or by
 * TLS_EMPTY_RENEGOTIATION_INFO_SCSV, given it (RFC 5746 3.4)?
 */
export function judgeRenegotiation(flight: ServerFlight, asked: boolean): Probed {
  if (flight.version >= 0x0304) return { kind: 'not-applicable', why: 'TLS 1.3 has no renegotiation' }
  const info = flight.extensions.get(0xff01)
  if (!info && !asked) return { kind: 'not-tested', why: 'renegotiation_info was not asked for' }
  // RFC 5746 3.4: in the first handshake it holds an empty vector.
  if (info?.equals(Buffer.of(0))) return { kind: 'safe', evidence: 'the server sent renegotiation_info' }
  const evidence = info
    ? 'the server sent a renegotiation_info that is not empty'
    : 'the server sent no renegotiation_info though asked'
  return { kind: 'vulnerable', evidence, bytes: flight.bytes.subarray(0, 64) }
}
