import type { Agreement } from './agree.ts'
import type { MessageName, TlsBehaviour } from './behaviour.ts'
import { findExtension, type SeenHello } from './clientHello.ts'
import { printKeyExchange } from './keyExchange.ts'
import { number, vector } from './octets.ts'
import { makeRandom, printMessage, printServerHello } from './serverHello.ts'

export interface Message {
  readonly name: MessageName
  /** With its header. */
  readonly bytes: Buffer
}

/** The server's flight up to TLS 1.2, ServerHello to ServerHelloDone (RFC 5246 7.3). */
export function composeFlight(hello: SeenHello, agreement: Agreement, behaviour: TlsBehaviour): Message[] {
  const { identity, version } = agreement
  const { staple, certificateRequest } = behaviour
  const random = makeRandom(version, behaviour)
  const flight: Message[] = []
  const add = (name: MessageName, bytes: Buffer | undefined): void => {
    if (bytes) flight.push({ name, bytes })
  }
  add('server_hello', printServerHello(hello, agreement, random, behaviour))
  if (identity) add('certificate', printCertificates(identity.chain))
  // SSL 3.0 has no extension to say that it comes.
  const stapled = staple && version > 0x0300 && findExtension(hello, 5)
  if (identity && stapled) add('certificate_status', printStaple(staple))
  add('server_key_exchange', printKeyExchange(agreement, padChallenge(hello), random, behaviour))
  // RFC 5246 7.4.4: an anonymous server asks for no certificate.
  if (identity && certificateRequest) add('certificate_request', printRequest(version, certificateRequest))
  add('server_hello_done', printMessage(14))
  return flight
}

/** RFC 5246 7.4.2. */
function printCertificates(chain: readonly Buffer[]): Buffer {
  return printMessage(11, vector(3, ...chain.map((certificate) => vector(3, certificate))))
}

/** RFC 6066 8: status_type ocsp. */
function printStaple(staple: Buffer): Buffer {
  return printMessage(22, number(1, 1), vector(3, staple))
}

function printRequest(version: number, request: NonNullable<TlsBehaviour['certificateRequest']>): Buffer {
  const { types, schemes, authorities } = request
  const schemeList = vector(2, ...schemes.map((scheme) => number(scheme, 2)))
  return printMessage(
    13,
    vector(1, Buffer.from(types)),
    ...(version >= 0x0303 ? [schemeList] : []),
    vector(2, ...authorities.map((name) => vector(2, name))),
  )
}

/** RFC 5246 E.2: the challenge of SSLv2 stands right-justified in 32 octets. */
function padChallenge({ random }: SeenHello): Buffer {
  return Buffer.concat([Buffer.alloc(32 - random.length), random])
}
