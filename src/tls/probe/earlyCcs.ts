import { randomBytes } from 'node:crypto'
import { type ServerFlight, printRecords } from '../hello/index.ts'
import { composeHello } from './composeHello.ts'
import { type KnownServer, type Open, type ProbeOptions, type Probed, findOldVersion, onlyTls13 } from './probed.ts'
import { provokeTwice } from './provoke.ts'
import { readAlert, tell } from './tell.ts'

/**
 * ChangeCipherSpec before there are keys (CVE-2014-0224), followed by a record that no key fits. A sound server answers
 * the first (unexpected_message, RFC 5246 7.1, 7.2.2), one with the flaw the second: it says that it could not decrypt,
 * so it tried.
 *
 * A server that closes without a word is asked again, with the first alone: if it closes now, that is what it closed for.
 */
export async function probeEarlyCcs(open: Open, known: KnownServer, options: ProbeOptions): Promise<Probed> {
  const version = findOldVersion(known)
  if (version === undefined) return onlyTls13
  const hello = composeHello(version, known.suites, options.servername)
  const changeCipherSpec = (flight: ServerFlight): Buffer => printRecords(20, flight.version, Buffer.of(1))
  const both = (flight: ServerFlight): Buffer =>
    // 64 octets are whole blocks for every cipher, so that it comes to the MAC.
    Buffer.concat([changeCipherSpec(flight), printRecords(22, flight.version, randomBytes(64))])
  const provoked = await provokeTwice(open, hello, both, changeCipherSpec, options)
  if (provoked.kind !== 'provoked') return provoked
  const { answer } = provoked
  const alert = readAlert(answer)
  // bad_record_mac and decryption_failed.
  if (answer.kind === 'record' && (alert === 20 || alert === 21)) {
    const evidence = `the server took ChangeCipherSpec before ClientKeyExchange: to a record after it, it ${tell(answer)}`
    return { kind: 'vulnerable', evidence, bytes: answer.body }
  }
  if (alert !== undefined || answer.kind === 'closed')
    return { kind: 'safe', evidence: `to ChangeCipherSpec before ClientKeyExchange, the server ${tell(answer)}` }
  return {
    kind: 'not-tested',
    why: `to ChangeCipherSpec before ClientKeyExchange, the server ${tell(answer)}, which says neither`,
  }
}
