import type { Duplex } from 'node:stream'
import type { Clock } from '../clock.ts'
import {
  type HandshakeDone,
  type HandshakeFailure,
  type ResumableSession,
  type TlsFloor,
  type Trust,
  addWatched,
  handshake,
} from '../tls/index.ts'
import { keepFlight } from './tap.ts'
import type { Transcript } from './transcript.ts'

export interface UpgradeOptions {
  readonly trust: Trust
  readonly floor: TlsFloor
  /** Sent as SNI; undefined sends none. */
  readonly servername: string | undefined
  /** An examination: keeps the server's first octets as evidence; costs a little on each connection. */
  readonly watch: boolean
  /** A session to resume. */
  readonly session?: Buffer
  readonly resume?: ResumableSession
  readonly onSession?: (session: Buffer) => void
  readonly ceiling?: 'TLSv1.2'
  readonly timeoutMs: number
  readonly clock: Clock
  readonly transcript: Transcript
}

/** A handshake's result with the server's first octets, as far as they were kept. */
export interface Upgraded {
  readonly result: HandshakeDone | HandshakeFailure
  readonly flight: Buffer | undefined
}

/** Speaks TLS on a stream where its first octet is due, and writes into the transcript how it went. */
export async function upgrade(stream: Duplex, options: UpgradeOptions): Promise<Upgraded> {
  const tap = options.watch ? keepFlight(stream) : undefined
  const result = await handshake(tap?.stream ?? stream, options)
  const note = result.kind === 'done' ? describe(result) : `TLS failed: ${result.detail}`
  options.transcript.add('note', note)
  const flight = tap?.stop()
  if (!flight) return { result, flight }
  // OpenSSL has the same word for what is no TLS and for TLS that breaks its rules; the first octets tell them apart.
  if (result.kind === 'failed')
    return { result: result.why === 'not-tls' && isRecord(flight) ? { ...result, why: 'other' } : result, flight }
  return {
    result: {
      ...result,
      facts: addWatched(result.facts, { ...options, bytes: flight, secret: result.secret, now: options.clock.now() }),
    },
    flight,
  }
}

function describe({ facts }: HandshakeDone): string {
  return `TLS: ${facts.version} ${facts.cipher}${facts.provenAt === undefined ? '' : ', resumed'}`
}

/** RFC 8446 5.1: a content type, and a version whose first octet was 3 ever since SSL 3.0. */
function isRecord(flight: Buffer): boolean {
  const [type = 0, major, minor = 9] = flight
  return type >= 20 && type <= 24 && major === 3 && minor <= 4
}
