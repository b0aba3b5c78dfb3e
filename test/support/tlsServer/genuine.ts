import { Socket } from 'node:net'
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls'
import { soundBehaviour } from './behaviour.ts'
import type { SeenHello } from './clientHello.ts'
import { greeting, say, speakInside } from './dialogue.ts'
import { Malformed } from './octets.ts'
import { takeHello } from './takeHello.ts'
import { openNotes, Over, Talk } from './talk.ts'
import { Wire } from './wire.ts'

/** Connections that OpenSSL answers in place of this server, so that a handshake can come to its end. */
export interface Genuine {
  /** Is this hello for OpenSSL? */
  readonly accepts: (hello: SeenHello, number: number) => boolean
  readonly context: SecureContextOptions
}

/** The hello that is on the wire, left there; undefined where none that can be read comes. */
export async function peekHello(wire: Wire): Promise<SeenHello | undefined> {
  wire.mark()
  try {
    return await takeHello(new Talk(wire, soundBehaviour, openNotes()))
  } catch (error) {
    if (error instanceof Over || error instanceof Malformed) return undefined
    throw error
  } finally {
    wire.rewind()
  }
}

/** Has OpenSSL take the connection over, and speaks SMTP inside. */
export async function serveGenuine(
  wire: Wire,
  context: SecureContextOptions,
  greets: boolean,
  note: (line: string) => void,
): Promise<void> {
  const stream = wire.release()
  if (!(stream instanceof Socket)) throw new Error('OpenSSL takes a socket')
  const inside = new Wire(new TLSSocket(stream, { isServer: true, secureContext: createSecureContext(context) }))
  if (greets) await say(inside, greeting)
  await speakInside(inside, note)
}
