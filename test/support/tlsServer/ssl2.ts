import { randomBytes } from 'node:crypto'
import type { SeenHello } from './clientHello.ts'
import { number } from './octets.ts'

/**
 * SERVER-HELLO (draft-hickman-netscape-ssl-00 2.6). With no kind in common its list is empty, as OpenSSL's was: to say
 * NO-CIPHER-ERROR is for the client (2.3).
 */
export function printSsl2Answer(hello: SeenHello, kinds: readonly number[], certificate: Buffer): Buffer {
  const common = kinds.filter((kind) => hello.kinds.includes(kind))
  const specs = Buffer.concat(common.map((kind) => number(kind, 3)))
  const connectionId = randomBytes(16)
  return printSsl2Record(
    Buffer.concat([
      // MSG-SERVER-HELLO, SESSION-ID-HIT no, X.509, SERVER-VERSION
      Buffer.from([4, 0, 1, 0, 2]),
      ...[certificate, specs, connectionId].map(({ length }) => number(length, 2)),
      certificate,
      specs,
      connectionId,
    ]),
  )
}

/** A record with a header of two octets: no padding, at most 32767 octets (1.1). */
function printSsl2Record(body: Buffer): Buffer {
  return Buffer.concat([number(0x8000 | body.length, 2), body])
}
