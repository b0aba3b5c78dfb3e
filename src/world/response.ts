import {
  AUTHENTIC_DATA,
  decode,
  encode,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
  type Answer,
  type DecodedPacket,
  type OptAnswer,
  type Packet,
} from 'dns-packet'
import type { DnsQuestion, Finding } from './zone.ts'

const codes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const

/** A query, or nothing where the bytes are none. */
export function parseQuery(message: Buffer): DecodedPacket | undefined {
  try {
    return decode(message)
  } catch {
    return undefined
  }
}

/** FORMERR, without the question that could not be read. */
export function describeFormatError(message: Buffer): Buffer | undefined {
  // Without an identifier there is nothing to answer to.
  if (message.length < 12) return undefined
  return encode({ type: 'response', id: message.readUInt16BE(0), flags: codes.FORMERR })
}

/** Puts what was found into a packet that fits the transport; nothing where the name is silent. */
export function encodeResponse(
  query: DecodedPacket,
  question: DnsQuestion,
  finding: Finding,
  adOption: boolean,
): Buffer | undefined {
  if (finding.kind === 'silent') return undefined
  if (finding.kind === 'raw') return finding.bytes
  const opt = query.additionals?.find((record) => record.type === 'OPT')
  // RFC 6840 5.7 and 5.8: a resolver says AD only to those who asked for it, with AD or with DO.
  const wantsAd = query.flag_ad || (opt?.flag_do ?? false)
  const ad = wantsAd && (finding.ad ?? adOption) && (finding.code === 'NOERROR' || finding.code === 'NXDOMAIN')
  const flags = RECURSION_AVAILABLE | (query.flag_rd ? RECURSION_DESIRED : 0) | (ad ? AUTHENTIC_DATA : 0) | codes[finding.code]
  const shell: Packet = {
    type: 'response',
    id: question.id,
    flags,
    questions: [...(query.questions ?? [])],
    additionals: opt ? [describeOpt(opt.flag_do)] : [],
  }
  const whole = encode({ ...shell, answers: [...finding.answers], authorities: listAuthorities(finding, question) })
  // RFC 6891 6.2.5: 512 bytes without EDNS, what the client says with it.
  const room = Math.max(512, opt?.udpPayloadSize ?? 512)
  if (question.transport === 'tcp' || (!finding.truncate && whole.length <= room)) return whole
  return encode({ ...shell, flags: flags | TRUNCATED_RESPONSE })
}

/** RFC 2308 2: that there is no name, or no record of the type, is said with the zone's SOA. */
function listAuthorities(finding: Finding & { kind: 'answer' }, { name, type }: DnsQuestion): Answer[] {
  const found = finding.answers.some((answer) => answer.type === type)
  if (finding.code !== 'NXDOMAIN' && (finding.code !== 'NOERROR' || found)) return []
  const zone = name.split('.').at(-1) ?? ''
  const data = {
    mname: `ns.${zone}`,
    rname: `hostmaster.${zone}`,
    serial: 1,
    refresh: 3600,
    retry: 600,
    expire: 86_400,
    minimum: 60,
  }
  return [{ type: 'SOA', name: zone, ttl: 60, data }]
}

function describeOpt(dnssec: boolean): OptAnswer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: 1232,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: dnssec ? 0x8000 : 0,
    flag_do: dnssec,
    options: [],
  }
}
