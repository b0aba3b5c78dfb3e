import { isIP } from 'node:net'
import dnsPacket, { type Answer, type DecodedPacket } from 'dns-packet'
import type { DnsAnswer, RecordData, RecordType } from './answer.ts'

/** RFC 6891 6.2.5; 1232 octets pass every common path unfragmented (DNS flag day 2020). */
const udpPayload = 1232

const maxCnames = 8

/** A question with EDNS, recursion desired and AD set, which asks for the AD bit back (RFC 6840 5.7). */
export function encodeQuestion(id: number, name: string, type: RecordType): Buffer {
  return dnsPacket.encode({
    type: 'query',
    id,
    flags: dnsPacket.RECURSION_DESIRED | dnsPacket.AUTHENTIC_DATA,
    questions: [{ type, name }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: udpPayload,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  })
}

/** What one packet says to one question. `other` is not an answer to it: wait on. */
export type Decoded<T> = { readonly kind: 'other' } | { readonly kind: 'truncated' } | DnsAnswer<T>

/** Reads a packet as the answer to a question; whatever does not match it in id, name and type is no answer. */
export function decodeAnswer<T extends RecordType>(packet: Buffer, id: number, name: string, type: T): Decoded<RecordData[T]> {
  if (packet.length < 12 || packet.readUInt16BE(0) !== id) return { kind: 'other' }
  let decoded: DecodedPacket
  try {
    decoded = dnsPacket.decode(packet)
  } catch (error) {
    return { kind: 'failure', cause: 'malformed', detail: error instanceof Error ? error.message : 'undecodable packet' }
  }
  const question = decoded.questions?.[0]
  // RFC 5452 9.1: id, question section and the address (a connected socket) must match.
  if (decoded.type !== 'response' || !question || fold(question.name) !== fold(name) || question.type !== type)
    return { kind: 'other' }
  if (decoded.flag_tc) return { kind: 'truncated' }
  // dns-packet's decoded rcode is a name; NXDOMAIN may come with CNAMEs (RFC 6604).
  const rcode = 'rcode' in decoded ? String(decoded.rcode) : 'NOERROR'
  const authenticated = decoded.flag_ad
  if (rcode === 'NXDOMAIN') return { kind: 'nxdomain', authenticated }
  if (rcode === 'SERVFAIL') return { kind: 'failure', cause: 'servfail', detail: 'the DNS server says SERVFAIL' }
  if (rcode !== 'NOERROR') return { kind: 'failure', cause: 'refused', detail: `the DNS server says ${rcode}` }
  return pick(decoded.answers ?? [], fold(name), type, authenticated)
}

function pick<T extends RecordType>(
  answers: readonly Answer[],
  name: string,
  type: T,
  authenticated: boolean,
): Decoded<RecordData[T]> {
  let canonical = name
  let ttl = Number.POSITIVE_INFINITY
  for (let step = 0; step <= maxCnames; step++) {
    const here = answers.filter((answer) => fold(answer.name) === canonical)
    const records: RecordData[T][] = []
    for (const answer of here) {
      if (answer.type !== type) continue
      const record = readRecord(answer)
      if (record === undefined) return { kind: 'failure', cause: 'malformed', detail: `a ${type} record cannot be read` }
      ttl = Math.min(ttl, ttlOf(answer))
      // Read by the type just compared, which TypeScript cannot follow through the union.
      records.push(record as RecordData[T])
    }
    if (records.length > 0) return { kind: 'records', records, authenticated, ttl, canonical }
    const cname = here.find((answer) => answer.type === 'CNAME')
    if (cname?.type !== 'CNAME') return { kind: 'nodata', authenticated }
    ttl = Math.min(ttl, ttlOf(cname))
    canonical = fold(cname.data)
  }
  return { kind: 'failure', cause: 'malformed', detail: `more than ${maxCnames} CNAMEs in a row` }
}

function readRecord(answer: Answer): RecordData[RecordType] | undefined {
  switch (answer.type) {
    case 'A':
    case 'AAAA':
      // The codec reads on past data that is too short, and makes something of it.
      return isIP(answer.data) === (answer.type === 'A' ? 4 : 6) ? answer.data : undefined
    case 'CNAME':
      return fold(answer.data)
    case 'MX':
      return { preference: answer.data.preference ?? 0, exchange: fold(answer.data.exchange) }
    case 'SRV': {
      const { priority = 0, weight = 0, port, target } = answer.data
      return { priority, weight, port, target: fold(target) }
    }
    case 'TXT':
      // RFC 7208 3.3 and its kin: the strings of one record are joined without a space.
      return (Array.isArray(answer.data) ? answer.data : [answer.data]).map(String).join('')
    default:
      return undefined
  }
}

function ttlOf(answer: Answer): number {
  return 'ttl' in answer && typeof answer.ttl === 'number' ? answer.ttl : 0
}

function fold(name: string): string {
  const lower = name.toLowerCase()
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}
