import { createHash } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { judgeCertificates } from './certificateJudgement.ts'
import type { TlsFacts } from './facts.ts'
import { readSession } from './session.ts'
import type { Trust } from './trust.ts'

/**
 * A session to come back to, with what its full handshake showed. One that is resumed shows no certificates (RFC 8446
 * 2.2), and Node neither verifies them again nor compares a name: it is worth what was shown then, and no more.
 */
export interface ResumableSession {
  /** As Node gives it. */
  readonly session: Buffer
  /** Of the connection that it was given on. */
  readonly facts: TlsFacts
  /** Who was trusted then. */
  readonly trust: Trust
  /** Milliseconds since the epoch of the full handshake, however often it was resumed since. */
  readonly provenAt: number
}

/**
 * What is known of a resumed session: version, cipher and group as they are now, certificates as they were shown, judged
 * by the present time. Undefined where it is not the session of that certificate, or of that name (RFC 8446 4.6.1).
 *
 * @param now milliseconds since the epoch
 */
export function recallFacts(anew: TlsFacts, known: ResumableSession, now: number): TlsFacts | undefined {
  const { session, facts, trust, provenAt } = known
  // Node shows no certificate on a resumed connection; OpenSSL keeps it in the session.
  const leaf = readSession(session)?.leaf
  if ((leaf && createHash('sha256').update(leaf).digest('hex')) !== facts.chain[0]?.sha256) return undefined
  if (anew.servername !== facts.servername) return undefined
  return {
    ...anew,
    chain: facts.chain,
    shown: facts.shown,
    trustError: facts.trustError,
    ...(facts.watched ? { watched: facts.watched, ...judgeCertificates(facts.watched, trust, now) } : {}),
    provenAt,
  }
}

/** Sessions of one connection that are looked at; a server may give as many as it likes (RFC 8446 4.6.1). */
const maxSessions = 16

/** Hands over the sessions of TLS 1.3, which come after the handshake, while the connection lasts. */
export function hearSessions(socket: TLSSocket, take: (session: Buffer) => void): void {
  let left = maxSessions
  const hear = (session: Buffer): void => {
    if (socket.getProtocol() !== 'TLSv1.3') return
    left -= 1
    if (left <= 0) socket.off('session', hear)
    take(session)
  }
  socket.on('session', hear)
}

/** The session of a finished handshake of TLS 1.2, unless it is the one that was resumed and no new ticket came with it. */
export function takeSession(socket: TLSSocket, offered: Buffer | undefined): Buffer | undefined {
  if (socket.getProtocol() !== 'TLSv1.2') return undefined
  const session = socket.getSession()
  if (!session || !socket.isSessionReused()) return session
  const ticket = readSession(session)?.ticket
  const before = offered && readSession(offered)?.ticket
  return ticket && !(before?.equals(ticket) ?? false) ? session : undefined
}
