import { randomBytes } from 'node:crypto'
import { type ServerFlight, printRecords } from '../hello/index.ts'
import { composeHello } from './composeHello.ts'
import { type KnownServer, type Open, type ProbeOptions, type Probed, findOldVersion, onlyTls13 } from './probed.ts'
import { provokeTwice } from './provoke.ts'
import { readAlert, tell } from './tell.ts'

const sent = 16
const padding = 16

/** Octets beyond the record that a server without the check would add: enough to prove it, and all that is asked for. */
const beyond = 16

const silentOnIt = { kind: 'not-applicable', why: 'the server has no heartbeat extension' } as const

/**
 * Heartbleed (CVE-2014-0160): a heartbeat request (RFC 6520 4) that claims 16 octets more than its record holds. A sound
 * server discards it without a word; the record after it, which has no place in a handshake, makes it say something
 * all the same, so that there is no silence to wait for.
 */
export async function probeHeartbleed(open: Open, known: KnownServer, options: ProbeOptions): Promise<Probed> {
  const version = findOldVersion(known)
  if (version === undefined) return onlyTls13
  if (known.heartbeat === false || version === 0x0300) return silentOnIt
  let offered = true
  const poke = (flight: ServerFlight) => {
    // RFC 6520 2: nothing is to be sent to who did not say that it may.
    offered = flight.extensions.get(15)?.[0] === 1
    return offered ? printPoke(flight.version) : ({ kind: 'not-tested', why: silentOnIt.why } as const)
  }
  const hello = { ...composeHello(version, known.suites, options.servername), heartbeat: true }
  const provoked = await provokeTwice(open, hello, poke, poke, options)
  if (!offered) return silentOnIt
  if (provoked.kind !== 'provoked') return provoked
  const { answer } = provoked
  if (answer.kind === 'record' && answer.type === 24) return judgeReply(answer.body)
  if (readAlert(answer) === undefined && answer.kind !== 'closed')
    return { kind: 'not-tested', why: `to a heartbeat, the server ${tell(answer)}` }
  const evidence = `the server discarded a heartbeat that claims more than it holds, and ${tell(answer)} to what came next`
  return { kind: 'safe', evidence }
}

function judgeReply(body: Buffer): Probed {
  const length = body.length < 3 ? 0 : body.readUInt16BE(1)
  if (body[0] === 2 && length > sent + padding && body.length > sent + padding + 3) {
    const evidence = `to a heartbeat with ${sent} octets of payload the server gave ${length}, from its memory`
    return { kind: 'vulnerable', evidence, bytes: body.subarray(0, 16) }
  }
  return { kind: 'safe', evidence: `the server answered a heartbeat with ${length} octets, no more than were sent` }
}

function printPoke(version: number): Buffer {
  const request = Buffer.concat([Buffer.of(1, 0, sent + padding + beyond), randomBytes(sent + padding)])
  // RFC 5246 7.2.2: application data amid a handshake is met with unexpected_message.
  return Buffer.concat([printRecords(24, version, request), printRecords(23, version, randomBytes(32))])
}
