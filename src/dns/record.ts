import type { RecordData, RecordType } from './answer.ts'
import { PacketFault, readName } from './name.ts'
import type { RawRecord } from './section.ts'

type Reader<T> = (packet: Buffer, from: number, to: number) => T

/** Each reads exactly the octets between `from` and `to`; what is too long or too short is a fault. */
const readers: { readonly [T in RecordType]: Reader<RecordData[T]> } = {
  A: (packet, from, to) => {
    expect(to - from === 4)
    return `${packet[from]}.${packet[from + 1]}.${packet[from + 2]}.${packet[from + 3]}`
  },
  AAAA: (packet, from, to) => {
    expect(to - from === 16)
    return formatIpv6(packet, from)
  },
  CNAME: readWholeName,
  PTR: readWholeName,
  MX: (packet, from, to) => {
    expect(to - from >= 3)
    return { preference: packet.readUInt16BE(from), exchange: readWholeName(packet, from + 2, to) }
  },
  SRV: (packet, from, to) => {
    expect(to - from >= 7)
    return {
      priority: packet.readUInt16BE(from),
      weight: packet.readUInt16BE(from + 2),
      port: packet.readUInt16BE(from + 4),
      target: readWholeName(packet, from + 6, to),
    }
  },
  TXT: readText,
  TLSA: (packet, from, to) => {
    expect(to - from >= 3)
    return {
      usage: packet.readUInt8(from),
      selector: packet.readUInt8(from + 1),
      matchingType: packet.readUInt8(from + 2),
      // A copy: a slice would keep the whole packet for as long as the record is kept.
      data: Buffer.from(packet.subarray(from + 3, to)),
    }
  },
  SOA: (packet, from, to) => {
    const primary = readName(packet, from)
    const mailbox = readName(packet, primary.end)
    expect(to - mailbox.end === 20)
    const serial = packet.readUInt32BE(mailbox.end)
    return { primary: primary.name, serial, minimum: packet.readUInt32BE(mailbox.end + 16) }
  },
}

/** @throws PacketFault */
export function readRecord<T extends RecordType>(type: T, packet: Buffer, { from, to }: RawRecord): RecordData[T] {
  return readers[type](packet, from, to)
}

function expect(fits: boolean): void {
  if (!fits) throw new PacketFault('the data of a record have the wrong length')
}

function readWholeName(packet: Buffer, from: number, to: number): string {
  const { name, end } = readName(packet, from)
  expect(end === to)
  return name
}

/** RFC 7208 3.3 and its kin: the strings of one record are joined without a space. */
function readText(packet: Buffer, from: number, to: number): string {
  const first = packet[from] ?? 0
  if (from + 1 + first === to) return packet.toString('utf8', from + 1, to)
  const parts: Buffer[] = []
  for (let at = from; at < to;) {
    const next = at + 1 + (packet[at] ?? 0)
    expect(next <= to)
    parts.push(packet.subarray(at + 1, next))
    at = next
  }
  return Buffer.concat(parts).toString('utf8')
}

/** As RFC 5952 4 wants it: the longest run of two or more zero groups, the first of equals, becomes "::". */
function formatIpv6(packet: Buffer, from: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => packet.readUInt16BE(from + 2 * index))
  let best = { start: 8, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  const print = (some: readonly number[]): string => some.map((group) => group.toString(16)).join(':')
  if (best.start === 8) return print(groups)
  return `${print(groups.slice(0, best.start))}::${print(groups.slice(best.start + best.length))}`
}
