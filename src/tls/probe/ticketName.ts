import { randomBytes } from 'node:crypto'
import { exchangeHello } from '../hello/index.ts'
import { composeHello } from './composeHello.ts'
import { type KnownServer, type Open, type ProbeOptions, type Probed, findOldVersion, onlyTls13 } from './probed.ts'
import { tell } from './tell.ts'

/**
 * Takes a ticket that was given for one name to another (RFC 6066 3: a server must not resume it there). A server that
 * does mixes the sessions of its names, and with them what was verified of each.
 *
 * @param ticket from a real handshake with the same server, for `options.servername`
 */
export async function probeTicketName(
  open: Open,
  known: KnownServer,
  ticket: Buffer | undefined,
  options: ProbeOptions,
): Promise<Probed> {
  const version = findOldVersion(known)
  if (version === undefined) return onlyTls13
  if (!ticket || ticket.length === 0) return { kind: 'not-applicable', why: 'the server gives no session tickets' }
  if (options.servername === undefined) return { kind: 'not-applicable', why: 'the host has no name' }
  const stream = await open()
  if (!stream) return { kind: 'not-tested', why: 'there was no further connection' }
  const sessionId = randomBytes(32)
  const hello = {
    ...composeHello(version, known.suites, `other.${options.servername}`),
    extendedMasterSecret: true,
    ticket,
    sessionId,
  }
  const answer = await exchangeHello(stream, hello, options)
  if (answer.kind === 'alert') return { kind: 'safe', evidence: `to its ticket under another name, the server ${tell(answer)}` }
  if (answer.kind !== 'flight') return { kind: 'not-tested', why: `to its ticket under another name, the server ${tell(answer)}` }
  // RFC 5077 3.4: the echo of the session id is what tells a session that is resumed.
  if (!answer.sessionId.equals(sessionId) || answer.certificates)
    return { kind: 'safe', evidence: 'under another name the server began anew' }
  return {
    kind: 'vulnerable',
    evidence: `a ticket for ${options.servername} was taken for other.${options.servername}`,
    bytes: answer.bytes.subarray(0, 64),
  }
}
