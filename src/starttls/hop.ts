import type { Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import type { HandshakeDone, ResumableSession, TlsFloor, Trust } from '../tls/index.ts'
import { approachTls } from './approach.ts'
import type { Dialer, Endpoint } from './dial.ts'
import { Dialogue, isSpeech, openDialogue } from './dialogue.ts'
import { greetInside } from './inside.ts'
import { type DialogueTimeouts, PlainSession, showFlight } from './plain.ts'
import type { Protocol } from './protocol.ts'
import type { HopEnd, HopRecord } from './record.ts'
import { SecureChannel } from './secure.ts'
import { lmtp, smtp } from './smtp.ts'
import { Transcript } from './transcript.ts'
import { upgrade } from './upgrade.ts'

export interface HopOptions {
  readonly protocol: Protocol
  /** Names for EHLO, tried in order where the server refuses one for its form. */
  readonly names: readonly string[]
  readonly security: 'starttls' | 'implicit'
  /** An examination: HELO where EHLO is refused, STARTTLS where it is not offered, first octets kept. */
  readonly probe: boolean
  readonly sni: boolean
  /** Sent as SNI in place of the host's name: DANE's base domain (RFC 7672 8.1). */
  readonly servername?: string
  /** The certificates are kept as they were sent, which DANE asks for (RFC 7672 3.1.2). An examination does so anyway. */
  readonly watch?: boolean
  readonly trust: Trust
  readonly floor: TlsFloor
  /** A TLS session to resume; an examination's alone. */
  readonly session?: Buffer
  /** The same of a sender, who goes by what was shown when it began. */
  readonly resume?: ResumableSession
  /** Called with each session that the server gives for later. */
  readonly onSession?: (session: Buffer) => void
  /** The best version of TLS that is offered; all there are where left out. */
  readonly ceiling?: 'TLSv1.2'
  readonly timeouts: DialogueTimeouts
  readonly clock: Clock
  readonly dialer: Dialer
}

/** One connection, brought as far as it goes towards an EHLO inside TLS. */
export interface Hop {
  readonly record: HopRecord
  readonly end: HopEnd
  /** Present where `end` is `secure` and the protocol is SMTP or LMTP, which alone carry mail. Whoever holds it ends it. */
  readonly channel: SecureChannel | undefined
  /** The last TLS session that the server gave; kept by examinations alone, and complete after `leave`. */
  readonly session: Buffer | undefined
  /** Takes leave (QUIT, LOGOUT) and closes; nothing where `end` is not `secure`, as leave was taken then. */
  leave(): Promise<void>
}

/**
 * Connects, greets, upgrades to TLS and greets again. Data in every case: nothing a server does makes it throw.
 * Above `opportunistic` this is the only way to a channel that can carry mail.
 */
export async function openHop(endpoint: Endpoint, options: HopOptions): Promise<Hop> {
  const { transcript, record } = beginRecord(endpoint, options)
  const dialed = await dialHop(record, options, transcript)
  if (dialed.kind === 'unreachable') return close(record, dialed)
  const secured =
    options.security === 'implicit'
      ? await openImplicit(dialed.socket, record, options, transcript)
      : await openStarttls(dialed.socket, record, options, transcript)
  if (secured.kind !== 'done') return close(record, secured)
  record.tls = secured.facts
  const context = { clock: options.clock, transcript }
  const { protocol } = options
  const channel = protocol === 'smtp' || protocol === 'lmtp' ? new SecureChannel(secured, options.clock, protocol) : undefined
  const session = options.probe ? keepSession(secured) : () => undefined
  const dialogue: Dialogue = channel
    ? new Dialogue(channel.protocol === 'smtp' ? smtp : lmtp, channel, context)
    : openDialogue(options.protocol, secured.socket, context)
  const name = options.names[record.rejected.length] ?? options.names[0] ?? 'localhost'
  const end = await greetInside(dialogue, record, { name, timeouts: options.timeouts })
  if (end.kind === 'secure') {
    return {
      record,
      end,
      channel,
      get session() {
        return session()
      },
      leave: async () => dialogue.quit(options.timeouts.command),
    }
  }
  dialogue.destroy()
  return close(record, record.security === 'starttls' && !record.offered ? { kind: 'not-offered' } : end)
}

function close(record: HopRecord, end: HopEnd): Hop {
  return { record, end, channel: undefined, session: undefined, leave: async () => undefined }
}

/** RFC 8446 4.6.1: TLS 1.3 gives its sessions after the handshake, and more than one; older versions within it. */
function keepSession({ socket, facts }: HandshakeDone): () => Buffer | undefined {
  let last = facts.version === 'TLSv1.3' ? undefined : socket.getSession()
  socket.on('session', (session) => {
    last = session
  })
  return () => last
}

type Basics = Pick<HopOptions, 'protocol' | 'security' | 'timeouts' | 'clock' | 'dialer'>

/** A record of nothing yet, and the transcript that it shows. */
export function beginRecord(endpoint: Endpoint, options: Basics): { record: HopRecord; transcript: Transcript } {
  const transcript = new Transcript(() => options.clock.now())
  const record: HopRecord = {
    endpoint,
    protocol: options.protocol,
    security: options.security,
    startedAt: options.clock.now(),
    rejected: [],
    offered: false,
    oddities: [],
    transcript: transcript.lines,
  }
  return { record, transcript }
}

/** Connects, and writes down whether it went well. */
export async function dialHop(
  { endpoint }: HopRecord,
  options: Basics,
  transcript: Transcript,
): Promise<{ readonly kind: 'connected'; readonly socket: Socket } | Extract<HopEnd, { kind: 'unreachable' }>> {
  const dialed = await options.dialer(endpoint, options.timeouts.connect, options.clock)
  const note =
    dialed.kind === 'unreachable' ? `no connection: ${dialed.detail}` : `connected to ${endpoint.address} port ${endpoint.port}`
  transcript.add('note', note)
  return dialed
}

async function openStarttls(
  socket: Socket,
  record: HopRecord,
  options: HopOptions,
  transcript: Transcript,
): Promise<HopEnd | HandshakeDone> {
  const session = new PlainSession(socket, { ...options, endpoint: record.endpoint, transcript })
  const end = await approachTls(session, record, { names: options.names, unlisted: options.probe, helo: options.probe })
  if (end.kind !== 'ready') {
    await session.quit()
    return end
  }
  const upgraded = await session.upgrade({ ...options, watch: options.probe || (options.watch ?? false) })
  if (upgraded.flight) record.flight = upgraded.flight
  if (upgraded.kind === 'secure') return upgraded.done
  // What was not offered breaks no promise when it fails; somebody who slips words in is told of in any case.
  if (upgraded.kind === 'handshake-failed' && !record.offered) return { kind: 'not-offered' }
  return upgraded
}

/** RFC 8314 3: TLS from the first octet. */
async function openImplicit(
  socket: Socket,
  record: HopRecord,
  options: HopOptions,
  transcript: Transcript,
): Promise<HopEnd | HandshakeDone> {
  const { result, flight } = await upgrade(socket, {
    ...options,
    servername: options.sni ? (options.servername ?? record.endpoint.host) : undefined,
    watch: options.probe || (options.watch ?? false),
    timeoutMs: options.timeouts.handshake,
    transcript,
  })
  if (flight) record.flight = flight
  if (result.kind === 'done') return result
  const shown = result.why === 'not-tls' ? showFlight(flight) : ''
  return { kind: 'handshake-failed', failure: result, shown, speech: isSpeech(options.protocol, shown) }
}
