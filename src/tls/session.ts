import { readChildren, readDer, readInteger, tags } from './der.ts'

/** What a session of OpenSSL's holds that a server gave (i2d_SSL_SESSION; ssl/ssl_asn1.c names the fields). */
export interface SessionFacts {
  /** The ticket as it is sent back (RFC 5077 3.2, RFC 8446 4.6.1); undefined where the server keeps the session itself. */
  readonly ticket: Buffer | undefined
  /** Octets the server would take before the handshake has ended (RFC 8446 4.2.10); 0 where none. */
  readonly earlyData: number
}

/** Context tags of SSL_SESSION_ASN1: tlsext_tick [10], max_early_data [15]. */
const fields = { ticket: 0xaa, earlyData: 0xaf } as const

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
    ticket: ticket?.tag === tags.octets ? ticket.content : undefined,
    earlyData: Number(readInteger(inner(fields.earlyData)) ?? 0n),
  }
}

function unwrap(session: Buffer): Buffer {
  const at = nodeHeader.length
  if (!session.subarray(0, at).equals(nodeHeader) || session.length < at + 2) return session
  return session.subarray(at + 2 + session.readUInt16BE(at))
}
