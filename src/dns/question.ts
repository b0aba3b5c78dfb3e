import type { RecordType } from './answer.ts'
import { foldName, writeName } from './name.ts'

/** RFC 1035 3.2.2, RFC 3596 2.1, RFC 2782, RFC 6698 7.1. */
export const typeNumbers: Readonly<Record<RecordType, number>> = {
  A: 1,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  TLSA: 52,
}

/** RFC 6891 6.2.5; 1232 octets pass every common path unfragmented (DNS flag day 2020). */
const udpPayload = 1232

const optLength = 11

/** One question, written once and sent under an id of its own each time. */
export interface Question {
  /** Folded. */
  readonly name: string
  readonly type: RecordType
  /** The whole query. Its id is written when it is sent, anew each time. */
  readonly packet: Buffer
  /** Where the question section ends in it. */
  readonly end: number
}

/**
 * Writes a question with EDNS, recursion desired and AD set, which asks for the AD bit back (RFC 6840 5.7).
 *
 * @param unchecked sets CD: the resolver shall answer though it finds the answer bogus (RFC 4035 3.2.2)
 * @returns undefined where `name` is no name that DNS can be asked for
 */
export function writeQuestion(name: string, type: RecordType, unchecked = false): Question | undefined {
  const folded = foldName(name)
  // The root is written as a dot; an empty text is a name that somebody forgot.
  const octets = name === '' ? undefined : writeName(folded)
  if (!octets) return undefined
  const end = 12 + octets.length + 4
  const packet = Buffer.allocUnsafe(end + optLength).fill(0)
  packet[2] = 0x01 // RD
  packet[3] = unchecked ? 0x30 : 0x20 // AD, CD
  packet[5] = 1
  packet[11] = 1
  octets.copy(packet, 12)
  // Type and class IN.
  packet[end - 3] = typeNumbers[type]
  packet[end - 1] = 1
  // The OPT record (RFC 6891 6.1.2): the root's name is the 0 that is there already.
  packet[end + 2] = 41
  packet[end + 3] = udpPayload >> 8
  packet[end + 4] = udpPayload & 0xff
  return { name: folded, type, packet, end }
}

/**
 * Whether a packet is a response to the question: RFC 5452 9.1 wants name, type and class to match, beside the id and
 * the address, of which the socket takes care. Letters count the same in both cases.
 */
export function answersQuestion(packet: Buffer, question: Question): boolean {
  const { packet: asked, end } = question
  if (packet.length < end || ((packet[2] ?? 0) & 0xf8) !== 0x80 || packet[4] !== 0 || packet[5] !== 1) return false
  for (let at = 12; at < end; at++) {
    const octet = packet[at] ?? 0
    // A length is below 64 and so never a letter; type and class of ours are none either.
    if ((octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet) !== asked[at]) return false
  }
  return true
}
