import { readClientHello, readSsl2Hello, type SeenHello } from './clientHello.ts'
import { Malformed } from './octets.ts'
import { contentTypes } from './record.ts'
import type { Talk } from './talk.ts'

/** A hello may fill records; no client needs more (ML-KEM-1024 with its curve takes 1665 octets). */
const maxHello = 131_072

/** Reads the client's hello, in whatever form it comes. */
export async function takeHello(talk: Talk): Promise<SeenHello> {
  const first = (await talk.wire.take(1)) ?? talk.leave()
  // draft-hickman-netscape-ssl-00 1.1: the highest bit of a record's header of two octets is set.
  return (first[0] ?? 0) & 0x80 ? takeSsl2Hello(talk, first) : takeTlsHello(talk, first)
}

async function takeSsl2Hello(talk: Talk, first: Buffer): Promise<SeenHello> {
  const second = (await talk.wire.take(1)) ?? talk.leave()
  const length = (((first[0] ?? 0) & 0x7f) << 8) | (second[0] ?? 0)
  return readSsl2Hello((await talk.wire.take(length)) ?? talk.leave())
}

async function takeTlsHello(talk: Talk, first: Buffer): Promise<SeenHello> {
  let bytes = Buffer.alloc(0)
  let records = 0
  let recordVersion: number | undefined
  for (let begun: Buffer | undefined = first; bytes.length < 4 || bytes.length < 4 + bytes.readUIntBE(1, 3); begun = undefined) {
    const record = await (begun ? talk.takeRecord(begun) : talk.takeRecord())
    // RFC 8446 D.4: such a record may stand before the second hello.
    if (record.type === contentTypes.changeCipherSpec && talk.notes.hellos.length > 0 && bytes.length === 0) continue
    if (record.type === contentTypes.alert) {
      await talk.hearAlert(record)
      continue
    }
    if (record.type !== contentTypes.handshake) throw new Malformed(`record of type ${record.type} for a hello`, 10)
    // RFC 8446 5.1: no empty fragment of handshake.
    if (record.body.length === 0) throw new Malformed('empty handshake record', 10)
    bytes = Buffer.concat([bytes, record.body])
    records++
    recordVersion ??= record.version
    if (bytes[0] !== 1) throw new Malformed(`handshake message ${bytes[0]} for a hello`, 10)
    if (bytes.length > maxHello) throw new Malformed(`hello of more than ${maxHello} octets`)
  }
  const length = 4 + bytes.readUIntBE(1, 3)
  if (bytes.length > length) throw new Malformed('more than a hello', 10)
  return readClientHello(bytes, recordVersion ?? 0, records)
}
