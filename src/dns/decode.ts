import type { DnsAnswer, RecordData, RecordType } from './answer.ts'
import { PacketFault } from './name.ts'
import { type Question, answersQuestion, typeNumbers } from './question.ts'
import { describeRcode } from './rcode.ts'
import { readRecord } from './record.ts'
import { type RawRecord, type Sections, readSections } from './section.ts'

/** An answer to a question of any type. Who asked knows the type. */
export type AnyAnswer = DnsAnswer<RecordData[RecordType]>

/** What one packet says to one question. */
export type Decoded =
  /** Not an answer to it: wait on. */
  | { readonly kind: 'other' }
  /** Cut: to be asked for by TCP. */
  | { readonly kind: 'truncated' }
  /** With the seconds it may be kept; 0 where nothing says how long. */
  | Understood

interface Understood {
  readonly kind: 'answer'
  readonly answer: AnyAnswer
  readonly ttl: number
}

const maxCnames = 8

/** RFC 2308 5: an absence is not kept for longer than a few hours, whatever its zone says. */
const maxNegativeTtl = 10_800

/** Reads a packet as the answer to a question. Of its own code rather than dns-packet's: strict, bounded, and quicker. */
export function decodeAnswer(packet: Buffer, question: Question): Decoded {
  if (!answersQuestion(packet, question)) return { kind: 'other' }
  if (((packet[2] ?? 0) & 0x02) !== 0) return { kind: 'truncated' }
  try {
    return interpret(packet, question, readSections(packet, question))
  } catch (error) {
    if (!(error instanceof PacketFault)) throw error
    return describeFailure('malformed', `the answer of the DNS server cannot be read: ${error.message}`)
  }
}

export function describeFailure(cause: 'malformed' | 'servfail' | 'refused', detail: string): Understood {
  return { kind: 'answer', answer: { kind: 'failure', cause, detail }, ttl: 0 }
}

function interpret(packet: Buffer, question: Question, sections: Sections): Decoded {
  const authenticated = ((packet[3] ?? 0) & 0x20) !== 0
  const { rcode } = sections
  if (rcode !== 0 && rcode !== 3) {
    return describeFailure(rcode === 2 ? 'servfail' : 'refused', describeRcode(rcode, sections.extendedError))
  }
  const { canonical, ttl, records } = followAliases(packet, question, sections.answers)
  // NXDOMAIN is said of the last name of a chain (RFC 6604 3).
  if (records.length > 0 && rcode === 0) {
    return { kind: 'answer', answer: { kind: 'records', records, authenticated, ttl, canonical }, ttl }
  }
  const answer = { kind: rcode === 3 ? 'nxdomain' : 'nodata', authenticated } as const
  return { kind: 'answer', answer, ttl: Math.min(ttl, readNegativeTtl(packet, sections.authority)) }
}

/** What a question leads to, by way of CNAMEs (RFC 1034 3.6.2). */
interface Found {
  readonly canonical: string
  /** The least of all that it hangs on. */
  readonly ttl: number
  readonly records: readonly RecordData[RecordType][]
}

function followAliases(packet: Buffer, { name, type }: Question, answers: readonly RawRecord[]): Found {
  const wanted = typeNumbers[type]
  let canonical = name
  let ttl = Number.POSITIVE_INFINITY
  for (let step = 0; step <= maxCnames; step++) {
    const records: RecordData[RecordType][] = []
    let alias: RawRecord | undefined
    for (const answer of answers) {
      if (answer.owner !== canonical) continue
      if (answer.type === typeNumbers.CNAME) alias ??= answer
      if (answer.type !== wanted) continue
      records.push(readRecord(type, packet, answer))
      if (answer.ttl < ttl) ttl = answer.ttl
    }
    if (records.length > 0 || !alias) return { canonical, ttl, records }
    ttl = Math.min(ttl, alias.ttl)
    canonical = readRecord('CNAME', packet, alias)
  }
  throw new PacketFault(`more than ${maxCnames} CNAMEs in a row`)
}

/** RFC 2308 5: the lesser of the SOA's own TTL and its minimum. Without one an absence is not kept. */
function readNegativeTtl(packet: Buffer, authority: readonly RawRecord[]): number {
  const soa = authority.find(({ type }) => type === typeNumbers.SOA)
  return soa ? Math.min(soa.ttl, readRecord('SOA', packet, soa).minimum, maxNegativeTtl) : 0
}
