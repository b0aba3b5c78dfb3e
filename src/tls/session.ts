import { readChildren, readDer, readInteger, tags } from './der.ts'

/** What a session of OpenSSL's holds that a server gave (i2d_SSL_SESSION; ssl/ssl_asn1.c names the fields). */
export interface SessionFacts {
  /** The server's certificate in the handshake that began the session, DER; undefined where there was none. */
  readonly leaf: Buffer | undefined
  /** The ticket as it is sent back (RFC 5077 3.2, RFC 8446 4.6.1); undefined where the server keeps the session itself. */
  readonly ticket: Buffer | undefined
  /** Octets the server would take before the handshake has ended (RFC 8446 4.2.10); 0 where none. */
  readonly earlyData: number
  /** Seconds for which the server means to know it again; undefined where it does not say (0 with RFC 5077 3.3). */
  readonly lifetime: number | undefined
  /** Both sides have bound its keys to the handshake they came from (RFC 7627); of no account in TLS 1.3. */
  readonly extendedMasterSecret: boolean
}

/** Context tags of SSL_SESSION_ASN1: peer [3], tlsext_tick_lifetime_hint [9], tlsext_tick [10], flags [13], max_early_data [15]. */
const fields = { leaf: 0xa3, lifetime: 0xa9, ticket: 0xaa, flags: 0xad, earlyData: 0xaf } as const

/** SSL_SESS_FLAG_EXTMS */
const extendedMasterSecret = 1n

/** What Node 24 writes before it, followed by the length and the name of the host that the session is for. */
const nodeHeader = Buffer.from('\0nodejs:tls:session:1\0')

/** Reads a session as Node gives it; undefined where it is none. */
export function readSession(session: Buffer): SessionFacts | undefined {
  const root = readDer(unwrap(session))
  const parts = root?.tag === tags.sequence ? readChildren(root) : undefined
  if (!parts) return undefined
  const inner = (tag: number) => readChildren(parts.find((part) => part.tag === tag))?.[0]
  const ticket = inner(fields.ticket)
  return {
    leaf: inner(fields.leaf)?.raw,
    ticket: ticket?.tag === tags.octets ? ticket.content : undefined,
    earlyData: Number(readInteger(inner(fields.earlyData)) ?? 0n),
    lifetime: Number(readInteger(inner(fields.lifetime)) ?? 0n) || undefined,
    extendedMasterSecret: ((readInteger(inner(fields.flags)) ?? 0n) & extendedMasterSecret) === extendedMasterSecret,
  }
}

function unwrap(session: Buffer): Buffer {
  const at = nodeHeader.length
  if (!session.subarray(0, at).equals(nodeHeader) || session.length < at + 2) return session
  return session.subarray(at + 2 + session.readUInt16BE(at))
}
