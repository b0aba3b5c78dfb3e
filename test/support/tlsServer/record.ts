import { Malformed, number, vector } from './octets.ts'
import type { Wire } from './wire.ts'

/** TLSPlaintext (RFC 8446 5.1), or whatever its type says it is. */
export interface TlsRecord {
  readonly type: number
  readonly version: number
  readonly body: Buffer
}

export const contentTypes = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23, heartbeat: 24 } as const

/** RFC 8446 5.1: 2^14 octets in the clear; RFC 5246 6.2.3: 2048 more once encrypted. */
const maxFragment = 16_384
const maxCiphertext = maxFragment + 2048

/** One record of any length up to 65535, as some tests want more than is allowed. */
export function printRecord(type: number, version: number, body: Buffer): Buffer {
  return Buffer.concat([number(type, 1), number(version, 2), vector(2, body)])
}

/** As many records as `body` needs at `fragment` octets each. */
export function printRecords(type: number, version: number, body: Buffer, fragment = maxFragment): Buffer {
  const records: Buffer[] = []
  for (let at = 0; at === 0 || at < body.length; at += fragment) {
    records.push(printRecord(type, version, body.subarray(at, at + fragment)))
  }
  return Buffer.concat(records)
}

/** An alert in the clear (RFC 5246 7.2). */
export function printAlert(level: 'warning' | 'fatal', description: number, version = 0x0301): Buffer {
  return printRecord(contentTypes.alert, version, Buffer.from([level === 'fatal' ? 2 : 1, description]))
}

/** The next record; undefined where the client is gone. */
export async function takeRecord(wire: Wire, begun: Buffer = Buffer.alloc(0)): Promise<TlsRecord | undefined> {
  const rest = await wire.take(5 - begun.length)
  if (!rest) return undefined
  const header = Buffer.concat([begun, rest])
  const [type, version, length] = [header.readUInt8(0), header.readUInt16BE(1), header.readUInt16BE(3)]
  if (type < 20 || type > 24 || version >> 8 !== 3) throw new Malformed(`no TLS record: ${header.toString('hex')}`)
  if (length > maxCiphertext) throw new Malformed(`record of ${length} octets`)
  const body = await wire.take(length)
  return body && { type, version, body }
}
