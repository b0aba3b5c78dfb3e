import { createHash, randomBytes } from 'node:crypto'
import type { Agreement, Agreement13 } from './agree.ts'
import type { TlsBehaviour } from './behaviour.ts'
import { findExtension, type SeenExtension, type SeenHello } from './clientHello.ts'
import { number, vector } from './octets.ts'

/** A handshake message with its header (RFC 5246 7.4). */
export function printMessage(type: number, ...body: readonly Buffer[]): Buffer {
  return Buffer.concat([number(type, 1), vector(3, ...body)])
}

/** RFC 8446 4.1.3: a server of TLS 1.3 that speaks less says so at the end of its random. */
export function makeRandom(version: number, { versions }: TlsBehaviour): Buffer {
  const random = randomBytes(32)
  if (versions.includes(0x0304) && version < 0x0304) {
    random.write('DOWNGRD', 24, 'latin1')
    random[31] = version === 0x0303 ? 1 : 0
  }
  return random
}

/** ServerHello up to TLS 1.2 (RFC 5246 7.4.1.3). */
export function printServerHello(hello: SeenHello, agreement: Agreement, random: Buffer, behaviour: TlsBehaviour): Buffer {
  const { version, suite, compression } = agreement
  const extensions = [...answerExtensions(hello, agreement, behaviour), ...behaviour.unasked]
  return printMessage(
    2,
    number(behaviour.forced.version ?? version, 2),
    random,
    vector(1, answerSessionId(hello, behaviour)),
    number(behaviour.forced.suite ?? suite.id, 2),
    number(behaviour.forced.compression ?? compression, 1),
    ...(extensions.length === 0 ? [] : [printExtensions(extensions)]),
  )
}

/** ServerHello of TLS 1.3 (RFC 8446 4.1.3); `share` is the server's. */
export function printServerHello13(hello: SeenHello, { suite, group }: Agreement13, share: Buffer, behaviour: TlsBehaviour) {
  const keyShare = Buffer.concat([number(behaviour.forced.group ?? group, 2), vector(2, share)])
  return printHello13(hello, suite, randomBytes(32), [{ type: 51, data: keyShare }], behaviour)
}

/** RFC 8446 4.1.3: what the random of a HelloRetryRequest is. */
const retryRandom = createHash('sha256').update('HelloRetryRequest').digest()

/** HelloRetryRequest (RFC 8446 4.1.4). */
export function printHelloRetry(hello: SeenHello, suite: number, group: number, behaviour: TlsBehaviour): Buffer {
  const extensions = [{ type: 51, data: number(group, 2) }]
  if (behaviour.cookie) extensions.push({ type: 44, data: vector(2, behaviour.cookie) })
  return printHello13(hello, suite, retryRandom, extensions, behaviour)
}

function printHello13(
  { sessionId }: SeenHello,
  suite: number,
  random: Buffer,
  extensions: readonly SeenExtension[],
  { forced, unasked }: TlsBehaviour,
): Buffer {
  const version = { type: 43, data: number(forced.version ?? 0x0304, 2) }
  // RFC 8446 4.1.3: legacy_version is that of TLS 1.2, and the session id comes back as it was.
  return printMessage(
    2,
    number(0x0303, 2),
    random,
    vector(1, sessionId),
    number(forced.suite ?? suite, 2),
    number(forced.compression ?? 0, 1),
    printExtensions([version, ...extensions, ...unasked]),
  )
}

function printExtensions(extensions: readonly SeenExtension[]): Buffer {
  return vector(2, ...extensions.map(({ type, data }) => Buffer.concat([number(type, 2), vector(2, data)])))
}

function answerExtensions(hello: SeenHello, { version, suite }: Agreement, behaviour: TlsBehaviour): SeenExtension[] {
  const answers: SeenExtension[] = []
  const { extensions, heartbeat, staple } = behaviour
  const sent = (type: number): boolean => findExtension(hello, type) !== undefined
  const answer = (type: number, data = ''): void => {
    answers.push({ type, data: Buffer.from(data, 'hex') })
  }
  // RFC 5746 3.6: to the extension, or to TLS_EMPTY_RENEGOTIATION_INFO_SCSV.
  const asked = sent(0xff01) || hello.suites.includes(0x00ff)
  if (asked && extensions.includes('renegotiation_info')) answer(0xff01, '00')
  // SSL 3.0 has no extensions; RFC 5746 4.5 makes the one exception.
  if (version === 0x0300) return answers
  if (sent(0) && extensions.includes('server_name')) answer(0)
  const elliptic = suite.exchange === 'ecdhe' || suite.exchange === 'ecdh'
  if (sent(11) && elliptic && extensions.includes('ec_point_formats')) answer(11, '0100')
  // RFC 7366 3: not for stream ciphers nor AEAD.
  if (sent(22) && suite.cbc && extensions.includes('encrypt_then_mac')) answer(22)
  if (sent(23) && extensions.includes('extended_master_secret')) answer(23)
  if (sent(35) && extensions.includes('session_ticket')) answer(35)
  if (sent(5) && staple) answer(5)
  if (sent(15) && heartbeat !== 'none') answer(15, '01')
  return answers
}

function answerSessionId(hello: SeenHello, { sessionId, ticketbleed }: TlsBehaviour): Buffer {
  const ticket = findExtension(hello, 35)
  const { length } = hello.sessionId
  // CVE-2016-9244: F5 took every session id beside a ticket for 32 octets long. The octets here are no memory.
  if (ticketbleed && ticket && ticket.length > 0 && length > 0 && length < 32) {
    return Buffer.concat([hello.sessionId, Buffer.alloc(32 - length, 'ticketbleed')])
  }
  if (sessionId === 'echoed') return hello.sessionId
  return sessionId === 'empty' ? Buffer.alloc(0) : randomBytes(32)
}
