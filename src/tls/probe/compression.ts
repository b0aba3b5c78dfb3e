import type { ServerFlight } from '../hello/index.ts'
import type { Probed } from './probed.ts'

/** CRIME (CVE-2012-4929): does a server that was offered compression (RFC 3749) take it? */
export function judgeCompression(flight: ServerFlight, offered: readonly number[]): Probed {
  // RFC 8446 4.1.2: there is none any more.
  if (flight.version >= 0x0304) return { kind: 'not-applicable', why: 'TLS 1.3 has no compression' }
  const { compression } = flight
  if (compression !== 0) {
    // 1 is DEFLATE (RFC 3749), 64 LZS (RFC 3943).
    const name = compression === 1 ? 'DEFLATE' : compression === 64 ? 'LZS' : `method ${compression}`
    return { kind: 'vulnerable', evidence: `the server chose compression by ${name}`, bytes: flight.bytes.subarray(0, 64) }
  }
  if (!offered.includes(1)) return { kind: 'not-tested', why: 'compression was not offered' }
  return { kind: 'safe', evidence: 'the server was offered compression and chose none' }
}
