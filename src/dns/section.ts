import { PacketFault, readName } from './name.ts'
import type { Question } from './question.ts'

/** One record as it stands in a packet, its data not read yet. */
export interface RawRecord {
  readonly owner: string
  readonly type: number
  readonly ttl: number
  /** Where its data begins, and where it ends. */
  readonly from: number
  readonly to: number
}

/** A response taken apart. */
export interface Sections {
  readonly answers: readonly RawRecord[]
  readonly authority: readonly RawRecord[]
  /** With the upper bits of EDNS (RFC 6891 6.1.3). */
  readonly rcode: number
  /** RFC 8914: why the resolver failed, in its own number. */
  readonly extendedError: number | undefined
}

/** A message over TCP has room for 5,000 records; nobody's mail needs them, and reading them takes time. */
const maxRecords = 1_000

const optType = 41
const classIn = 1

/**
 * Takes a response to `question` apart. Records of another class than IN are left out.
 *
 * @throws PacketFault
 */
export function readSections(packet: Buffer, question: Question): Sections {
  const [answerCount, authorityCount] = [packet.readUInt16BE(6), packet.readUInt16BE(8)]
  const total = answerCount + authorityCount + packet.readUInt16BE(10)
  if (total > maxRecords) throw new PacketFault(`the answer claims ${total} records, and more than ${maxRecords} are not read`)
  const answers: RawRecord[] = []
  const authority: RawRecord[] = []
  let rcode = (packet[3] ?? 0) & 0x0f
  let extendedError: number | undefined
  let at = question.end
  for (let index = 0; index < total; index++) {
    // Nearly every owner is a pointer to the question, which was compared already.
    const isQuestion = packet[at] === 0xc0 && packet[at + 1] === 12
    const owner = isQuestion ? undefined : readName(packet, at)
    const fixed = owner ? owner.end : at + 2
    const from = fixed + 10
    if (from > packet.length) throw new PacketFault('a record runs beyond the packet')
    const type = packet.readUInt16BE(fixed)
    const to = from + packet.readUInt16BE(fixed + 8)
    if (to > packet.length) throw new PacketFault('a record runs beyond the packet')
    at = to
    if (type === optType) {
      rcode |= (packet[fixed + 4] ?? 0) << 4
      extendedError ??= readExtendedError(packet, from, to)
    } else if (index < answerCount + authorityCount && packet.readUInt16BE(fixed + 2) === classIn) {
      const ttl = packet.readUInt32BE(fixed + 4)
      // RFC 2181 8: a TTL with the highest bit set counts as 0.
      const record = { owner: owner ? owner.name : question.name, type, ttl: ttl > 0x7fff_ffff ? 0 : ttl, from, to }
      if (index < answerCount) answers.push(record)
      else authority.push(record)
    }
  }
  return { answers, authority, rcode, extendedError }
}

/** RFC 8914 2: option 15, whose first two octets are the code. */
function readExtendedError(packet: Buffer, from: number, to: number): number | undefined {
  for (let at = from; at + 4 <= to; at += 4 + packet.readUInt16BE(at + 2)) {
    if (packet.readUInt16BE(at) === 15 && packet.readUInt16BE(at + 2) >= 2 && at + 6 <= to) return packet.readUInt16BE(at + 4)
  }
  return undefined
}
