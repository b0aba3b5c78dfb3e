import { randomBytes } from 'node:crypto'
import { exchangeHello } from '../hello/index.ts'
import { composeHello } from './composeHello.ts'
import { type KnownServer, type Open, type ProbeOptions, type Probed, findOldVersion, onlyTls13 } from './probed.ts'
import { tell } from './tell.ts'

const idLength = 16

/**
 * Ticketbleed (CVE-2016-9244): beside a ticket that a server takes, the session id comes back as it was (RFC 5077 3.4).
 * One with the flaw gives back 32 octets whatever was sent, the rest from its memory. `ticket` comes from a real
 * handshake with the same server.
 */
export async function probeTicketbleed(
  open: Open,
  known: KnownServer,
  ticket: Buffer | undefined,
  options: ProbeOptions,
): Promise<Probed> {
  const version = findOldVersion(known)
  if (version === undefined) return onlyTls13
  if (!ticket || ticket.length === 0) return { kind: 'not-applicable', why: 'the server gives no session tickets' }
  const stream = await open()
  if (!stream) return { kind: 'not-tested', why: 'there was no further connection' }
  const sessionId = randomBytes(idLength)
  const hello = {
    ...composeHello(version, known.suites, options.servername),
    // All of them: the session's own suite has to be there (RFC 5246 7.4.1.2), as has its extended_master_secret (RFC 7627 5.3).
    suites: [...known.suites, 0x00ff],
    extendedMasterSecret: true,
    ticket,
    sessionId,
  }
  const answer = await exchangeHello(stream, hello, options)
  if (answer.kind !== 'flight') return { kind: 'not-tested', why: `to a hello with a ticket, the server ${tell(answer)}` }
  const echoed = answer.sessionId
  if (echoed.length > idLength && echoed.subarray(0, idLength).equals(sessionId)) {
    const evidence = `a session id of ${idLength} octets came back with ${echoed.length}, the rest from the server's memory`
    return { kind: 'vulnerable', evidence, bytes: echoed.subarray(0, idLength) }
  }
  if (echoed.equals(sessionId)) return { kind: 'safe', evidence: `a session id of ${idLength} octets came back as it was` }
  // The flaw is on the way of those who resume.
  return { kind: 'not-tested', why: 'the server did not take its own ticket' }
}
