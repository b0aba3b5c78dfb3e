import type { Duplex } from 'node:stream'
import { isIP } from 'node:net'
import { type TLSSocket, connect } from 'node:tls'
import type { Clock } from '../clock.ts'
import { type TlsFacts, readFacts } from './facts.ts'
import { type ResumableSession, hearSessions, recallFacts, takeSession } from './resume.ts'
import type { TlsFloor, Trust } from './trust.ts'

export interface HandshakeOptions {
  readonly trust: Trust
  readonly floor: TlsFloor
  /** The name for SNI; undefined sends none. IP addresses are never sent (RFC 6066 3). */
  readonly servername: string | undefined
  /** Milliseconds for the whole handshake. */
  readonly timeoutMs: number
  readonly clock: Clock
  /** An examination, which asks for an OCSP staple (RFC 6066 8) and reads the server's octets afterwards. */
  readonly watch?: boolean
  /** A session to resume (RFC 5077, RFC 8446 2.2). Never one whose certificate was judged less strictly. */
  readonly session?: Buffer
  /** A sender's session to resume: where the server takes it, the facts are those that were remembered with it. */
  readonly resume?: ResumableSession
  /** Called with each session that the server gives for later: with those of TLS 1.3 as long as the connection lasts. */
  readonly onSession?: (session: Buffer) => void
  /** The best version that is offered; all there are where left out. */
  readonly ceiling?: 'TLSv1.2'
}

/** A failed handshake as data: the reader is told what the server did, not what OpenSSL calls it. */
export interface HandshakeFailure {
  readonly kind: 'failed'
  readonly why: 'timeout' | 'closed' | 'not-tls' | 'version' | 'alert' | 'other'
  /** OpenSSL's or Node's own words, for the engineer. */
  readonly detail: string
}

export interface HandshakeDone {
  readonly kind: 'done'
  readonly socket: TLSSocket
  readonly facts: TlsFacts
  /** Opens the server's flight of TLS 1.3 to `addWatched`; kept where `watch` was asked for, and never shown. */
  readonly secret: Buffer | undefined
}

/**
 * Starts TLS on a connected stream and waits for its end. Never throws for what the peer does, and never judges:
 * whether the certificate is good enough is for the policy to say (`policy/`), so the chain's result is kept as a fact.
 */
export async function handshake(stream: Duplex, options: HandshakeOptions): Promise<HandshakeDone | HandshakeFailure> {
  const servername = options.servername !== undefined && isIP(options.servername) === 0 ? options.servername : undefined
  const resume = chooseResumed(options, servername)
  const session = resume?.session ?? options.session
  const { promise, resolve } = Promise.withResolvers<HandshakeDone | HandshakeFailure>()
  const socket = connect({
    socket: stream,
    secureContext: options.trust.context(options.floor, options.ceiling),
    // The chain's verdict is read afterwards; the name is compared by tls/name.ts, which takes no common name.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ...(servername === undefined ? {} : { servername }),
    ...(session ? { session } : {}),
    requestOCSP: options.watch ?? false,
  })
  if (options.onSession) hearSessions(socket, options.onSession)
  let secret: Buffer | undefined
  if (options.watch) socket.on('keylog', (line: Buffer) => (secret ??= readSecret(line)))
  const stop = options.clock.timer(options.timeoutMs, () => {
    resolve({ kind: 'failed', why: 'timeout', detail: `no end of the handshake within ${options.timeoutMs / 1000} s` })
  })
  const onError = (error: Error) => {
    resolve(failure(error))
  }
  const onClose = () => {
    resolve({ kind: 'failed', why: 'closed', detail: 'the server closed the connection during the handshake' })
  }
  // Stays for good: an error after the handshake belongs to whoever reads next, and must not end the process.
  socket.on('error', onError)
  socket.on('close', onClose)
  socket.once('secureConnect', () => {
    const facts = readFacts(socket, servername)
    const known = resume && facts.resumed ? recallFacts(facts, resume, options.clock.now()) : facts
    if (!known)
      return resolve({ kind: 'failed', why: 'other', detail: 'the session that was resumed is that of another certificate' })
    const given = options.onSession && takeSession(socket, session)
    if (given) options.onSession?.(given)
    resolve({ kind: 'done', socket, facts: known, secret })
  })
  const result = await promise
  stop()
  socket.off('close', onClose)
  if (result.kind === 'failed') {
    socket.destroy()
    stream.destroy()
  }
  return result
}

/** What was proven before other authorities, or of another name, is nothing to come back to. */
function chooseResumed({ resume, trust }: HandshakeOptions, servername: string | undefined): ResumableSession | undefined {
  return resume?.trust === trust && resume.facts.servername === servername ? resume : undefined
}

/** A line of the key log as NSS writes it (RFC 9850 2): label, client random, secret. */
function readSecret(line: Buffer): Buffer | undefined {
  const secret = /^SERVER_HANDSHAKE_TRAFFIC_SECRET \S+ ([0-9a-f]+)/.exec(line.toString('latin1'))?.[1]
  return secret === undefined ? undefined : Buffer.from(secret, 'hex')
}

function failure(error: Error): HandshakeFailure {
  const code = 'code' in error ? String(error.code) : ''
  const detail = 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message
  if (/ALERT/i.test(code)) return { kind: 'failed', why: 'alert', detail }
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|NO_PROTOCOLS/.test(code)) return { kind: 'failed', why: 'version', detail }
  if (
    /WRONG_VERSION_NUMBER|UNKNOWN_PROTOCOL|HTTP_REQUEST|PACKET_LENGTH|RECORD_(?:TOO_SMALL|LENGTH|TYPE)|BAD_RECORD_TYPE|UNEXPECTED_MESSAGE/.test(
      code,
    )
  )
    return { kind: 'failed', why: 'not-tls', detail }
  if (/ECONNRESET|EPIPE|UNEXPECTED_EOF/.test(code)) return { kind: 'failed', why: 'closed', detail: `${detail} (${code})` }
  return { kind: 'failed', why: 'other', detail: code === '' ? detail : `${detail} (${code})` }
}
