import type { Duplex } from 'node:stream'
import { approachTls } from './approach.ts'
import type { Endpoint } from './dial.ts'
import { type HopOptions, beginRecord, dialHop } from './hop.ts'
import { PlainSession } from './plain.ts'
import type { HopEnd, HopRecord } from './record.ts'
import { passThrough } from './tap.ts'

/** What the way up to TLS needs; `HopOptions` has it all. */
export type ReachTlsOptions = Pick<HopOptions, 'protocol' | 'names' | 'security' | 'probe' | 'timeouts' | 'clock' | 'dialer'>

export interface ReachedTls {
  readonly record: HopRecord
  readonly end: HopEnd | { readonly kind: 'ready' }
  /** Present where `end` is `ready`: the client's first octet of TLS is due on it. Whoever holds it destroys it. */
  readonly stream: Duplex | undefined
}

/**
 * Brings a connection to the moment where the client's first octet of TLS is due: after the consent to STARTTLS, or
 * right after the connect. For examinations that speak TLS with a codec of their own. Nothing but the questions of an
 * `openHop` is written, and HELO is not among them.
 */
export async function reachTls(endpoint: Endpoint, options: ReachTlsOptions): Promise<ReachedTls> {
  const { transcript, record } = beginRecord(endpoint, options)
  const dialed = await dialHop(record, options, transcript)
  if (dialed.kind === 'unreachable') return { record, end: dialed, stream: undefined }
  if (options.security === 'implicit') return { record, end: { kind: 'ready' }, stream: passThrough(dialed.socket) }
  const session = new PlainSession(dialed.socket, { ...options, endpoint, transcript })
  const end = await approachTls(session, record, { names: options.names, unlisted: options.probe, helo: false })
  if (end.kind !== 'ready') {
    await session.quit()
    return { record, end, stream: undefined }
  }
  const released = session.release()
  if (released.kind === 'injected') return { record, end: released, stream: undefined }
  return { record, end, stream: passThrough(released.stream) }
}
