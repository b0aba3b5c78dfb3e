import {
  type ClientHello,
  type Ended,
  type MalformedRecord,
  type ServerFlight,
  type TlsRecord,
  RecordChannel,
  printClientHello,
} from '../hello/index.ts'
import type { NotTested, Open, ProbeOptions } from './probed.ts'
import { tell } from './tell.ts'

/** How a server answered what a client should not send after its flight. */
export interface Provoked {
  readonly kind: 'provoked'
  readonly flight: ServerFlight
  /** The first thing that came: a record, or the end of all. */
  readonly answer: TlsRecord | MalformedRecord | Ended
}

/** Milliseconds of silence that prove a server to be there, waiting for us. */
const patienceMs = 2000

/** What is written after the server's flight; words where that flight makes the question pointless. */
export type Poke = (flight: ServerFlight) => Buffer | NotTested

/**
 * Leads a handshake of at most TLS 1.2 to ServerHelloDone, writes what `poke` makes of it, and hears the first answer.
 *
 * With `patient` it sees first that the server waits for us: a connection that was closed only after we wrote was
 * closed for what we wrote, and not by a server that leaves anyway.
 */
export async function provoke(
  open: Open,
  hello: ClientHello,
  poke: Poke,
  options: ProbeOptions & { readonly patient?: boolean },
): Promise<Provoked | NotTested> {
  const stream = await open()
  if (!stream) return { kind: 'not-tested', why: 'there was no further connection' }
  const channel = new RecordChannel(stream, options)
  channel.write(printClientHello(hello))
  const flight = await channel.readFlight()
  if (flight.kind !== 'flight' || !flight.complete || flight.version > 0x0303) {
    await channel.leave()
    return { kind: 'not-tested', why: `to the hello, the server ${tell(flight)}` }
  }
  const bytes = poke(flight)
  if (!Buffer.isBuffer(bytes)) {
    await channel.leave({ version: flight.version, description: 0 })
    return bytes
  }
  if (options.patient) {
    const early = await channel.readRecord(patienceMs)
    if (early.kind !== 'timeout') {
      await channel.leave()
      return { kind: 'not-tested', why: `before it was asked, the server ${tell(early)}` }
    }
  }
  channel.write(bytes)
  const answer = await channel.readRecord()
  // RFC 8446 6.1: only who is still listening is told.
  await channel.leave(answer.kind === 'timeout' ? { version: flight.version, description: 0 } : undefined)
  return { kind: 'provoked', flight, answer }
}

/**
 * The same, but a connection that ends without an alert is not taken for an answer: it is asked again with patience,
 * and with `again` in place of `poke`.
 */
export async function provokeTwice(
  open: Open,
  hello: ClientHello,
  poke: Poke,
  again: Poke,
  options: ProbeOptions,
): Promise<Provoked | NotTested> {
  const first = await provoke(open, hello, poke, options)
  if (first.kind !== 'provoked' || first.answer.kind !== 'closed') return first
  return provoke(open, hello, again, { ...options, patient: true })
}
