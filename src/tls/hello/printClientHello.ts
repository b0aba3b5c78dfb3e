import { randomBytes } from 'node:crypto'
import type { ClientHello, Ssl2Hello } from './clientHello.ts'
import { uint16, uint16s, uint24, uint8, vector } from './encode.ts'
import { createKeyShare } from './keyShare.ts'
import { printRecords } from './record.ts'

/** A hello as it goes over the wire, records included. */
export function printClientHello(hello: ClientHello | Ssl2Hello): Buffer {
  if ('kinds' in hello) return printSsl2Hello(hello)
  const record = hello.recordVersion ?? (hello.version === 0x0300 ? 0x0300 : 0x0301)
  return printRecords(22, record, printMessage(hello))
}

/** The handshake message client_hello (RFC 8446 4.1.2, RFC 5246 7.4.1.2). */
function printMessage(hello: ClientHello): Buffer {
  const extensions = printExtensions(hello)
  const body = (parts: readonly Buffer[]): Buffer =>
    Buffer.concat([
      // RFC 8446 4.1.2: legacy_version stops at TLS 1.2.
      uint16(Math.min(hello.version, 0x0303)),
      randomBytes(32),
      vector(1, hello.sessionId ?? Buffer.alloc(0)),
      vector(2, uint16s(hello.suites)),
      vector(1, Buffer.from(hello.compression ?? [0])),
      // A hello of SSL 3.0 ends here, and servers of its time want nothing behind it.
      ...(parts.length === 0 ? [] : [vector(2, ...parts)]),
    ])
  const bare = body(extensions)
  const missing = (hello.padTo ?? 0) - bare.length - 4
  // RFC 7685 4: the extension itself takes four octets.
  const padding = missing > 0 ? [printExtension(21, Buffer.alloc(Math.max(0, missing - (extensions.length === 0 ? 6 : 4))))] : []
  const message = padding.length === 0 ? bare : body([...extensions, ...padding])
  return Buffer.concat([uint8(1), uint24(message.length), message])
}

/** Those without data come first: some servers of old choke on a hello whose last extension is empty. */
function printExtensions(hello: ClientHello): Buffer[] {
  const extensions: Buffer[] = []
  const add = (type: number, ...data: readonly Buffer[]): void => {
    extensions.push(printExtension(type, Buffer.concat(data)))
  }
  if (hello.extendedMasterSecret) add(23)
  if (hello.encryptThenMac) add(22)
  if (hello.servername !== undefined) add(0, vector(2, uint8(0), vector(2, Buffer.from(hello.servername, 'latin1'))))
  if (hello.renegotiationInfo) add(0xff01, vector(1))
  if (hello.ticket) add(35, hello.ticket)
  if (hello.statusRequest) add(5, uint8(1), vector(2), vector(2))
  if (hello.groups.length > 0) {
    add(10, vector(2, uint16s(hello.groups)))
    // RFC 8422 5.1.2: uncompressed, the only point format left; some servers refuse ECDHE to those who do not say it.
    add(11, vector(1, uint8(0)))
  }
  if (hello.signatureSchemes.length > 0) add(13, vector(2, uint16s(hello.signatureSchemes)))
  // RFC 6520 2: peer_allowed_to_send.
  if (hello.heartbeat) add(15, uint8(1))
  const versions = hello.versions ?? (hello.version >= 0x0304 ? [hello.version] : [])
  if (versions.length > 0) add(43, vector(1, uint16s(versions)))
  if (hello.keyShares) add(51, vector(2, ...hello.keyShares.flatMap(printKeyShare)))
  for (const { type, data } of hello.extensions ?? []) add(type, data)
  return extensions
}

/** RFC 8446 4.2.8: a group for which we have no share is left out, so that a server that wants it asks by HelloRetryRequest. */
function printKeyShare(group: number): Buffer[] {
  const share = createKeyShare(group)
  return share ? [uint16(group), vector(2, share)] : []
}

function printExtension(type: number, data: Buffer): Buffer {
  return Buffer.concat([uint16(type), vector(2, data)])
}

/** CLIENT-HELLO of SSLv2 (draft-hickman-netscape-ssl 2.5), in a record with a header of two octets. */
function printSsl2Hello(hello: Ssl2Hello): Buffer {
  const challenge = randomBytes(16)
  const kinds = Buffer.concat(hello.kinds.map(uint24))
  const message = Buffer.concat([
    uint8(1),
    uint16(hello.version),
    uint16(kinds.length),
    uint16(0),
    uint16(challenge.length),
    kinds,
    challenge,
  ])
  return Buffer.concat([uint16(0x8000 | message.length), message])
}
