import type { Answer, MxData, SoaData, TlsaData } from 'dns-packet'

/** What the world knows about one name, as a plain literal. */
export interface Records {
  readonly A?: readonly string[]
  readonly AAAA?: readonly string[]
  /** Null MX (RFC 7505) is `{ preference: 0, exchange: '.' }`. */
  readonly MX?: readonly MxData[]
  /** A string of any length, or the strings that one record is cut into. */
  readonly TXT?: readonly (string | readonly string[])[]
  readonly TLSA?: readonly TlsaData[]
  readonly SOA?: SoaData
  readonly NS?: readonly string[]
  readonly PTR?: readonly string[]
  /** An alias: every question about the name is answered with it and with the target's records. */
  readonly CNAME?: string
  readonly SRV?: readonly { readonly priority: number; readonly weight: number; readonly port: number; readonly target: string }[]
  /** Seconds, for all of them; 60 unless given. */
  readonly ttl?: number
  /** Says over UDP that the answer does not fit, so that the client must ask again over TCP. */
  readonly truncate?: boolean
  /** Sets or clears the AD bit for this name, whatever the server's option says. */
  readonly ad?: boolean
}

/** Failures by name: response codes, and `silent` for a server that never answers. */
export type Failure = 'SERVFAIL' | 'REFUSED' | 'NXDOMAIN' | 'NOTIMP' | 'FORMERR' | 'silent'

/** A question as it came, so that a hostile answer can be made for it. */
export interface DnsQuestion {
  readonly name: string
  readonly type: string
  readonly transport: 'udp' | 'tcp'
  /** The identifier that an answer has to repeat. */
  readonly id: number
  /** The whole query. */
  readonly raw: Buffer
}

/**
 * Answers by itself: bytes are sent as they are (over TCP behind their length), anything else counts as if it stood in
 * the zone, and `undefined` as a name without records.
 */
export type Override = (question: DnsQuestion) => Buffer | Records | Failure | undefined

/** Names in any case, without a dot at the end. A name that is not in it does not exist. */
export type Zone = Readonly<Record<string, Records | Failure | Override>>

/** What is to be said to a question, before it is put into a packet. */
export type Finding =
  | { readonly kind: 'raw'; readonly bytes: Buffer }
  | { readonly kind: 'silent' }
  | {
      readonly kind: 'answer'
      readonly code: 'NOERROR' | Exclude<Failure, 'silent'>
      readonly answers: readonly Answer[]
      readonly truncate: boolean
      readonly ad: boolean | undefined
    }

type Entries = ReadonlyMap<string, Zone[string]>

/** Looks a question up, following aliases within the zone. */
export function findAnswer(zone: Entries, question: DnsQuestion): Finding {
  const answers: Answer[] = []
  let truncate = false
  let ad: boolean | undefined
  // An alias may point at itself: sixteen steps are more than any resolver follows.
  for (let name = question.name, step = 0; step < 16; step++) {
    const entry = readEntry(zone, { ...question, name })
    if (entry === 'silent') return { kind: 'silent' }
    if (Buffer.isBuffer(entry)) return { kind: 'raw', bytes: entry }
    // RFC 6604 2.1: the response code is that of the last name of the chain.
    if (typeof entry === 'string') return { kind: 'answer', code: entry, answers, truncate, ad }
    truncate ||= entry.truncate ?? false
    ad = entry.ad ?? ad
    if (entry.CNAME === undefined || question.type === 'CNAME') {
      answers.push(...listAnswers(name, question.type, entry))
      break
    }
    answers.push({ type: 'CNAME', name, ttl: entry.ttl ?? 60, data: entry.CNAME })
    name = entry.CNAME
  }
  return { kind: 'answer', code: 'NOERROR', answers, truncate, ad }
}

function readEntry(zone: Entries, question: DnsQuestion): Buffer | Records | Failure {
  const entry = zone.get(foldName(question.name)) ?? 'NXDOMAIN'
  return typeof entry === 'function' ? (entry(question) ?? {}) : entry
}

/** The name under which the zone keeps it. */
export function foldName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

function listAnswers(name: string, type: string, records: Records): Answer[] {
  const ttl = records.ttl ?? 60
  switch (type) {
    case 'A':
    case 'AAAA':
    case 'NS':
    case 'PTR':
      return (records[type] ?? []).map((data) => ({ type, name, ttl, data }))
    case 'SOA':
      return records.SOA === undefined ? [] : [{ type, name, ttl, data: records.SOA }]
    case 'CNAME':
      return records.CNAME === undefined ? [] : [{ type, name, ttl, data: records.CNAME }]
    case 'MX':
      return (records.MX ?? []).map((data) => ({ type, name, ttl, data }))
    case 'SRV':
      return (records.SRV ?? []).map((data) => ({ type, name, ttl, data: { ...data } }))
    case 'TLSA':
      return (records.TLSA ?? []).map((data) => ({ type, name, ttl, data }))
    case 'TXT':
      return (records.TXT ?? []).map((text) => ({ type, name, ttl, data: cutText(text) }))
    default:
      return []
  }
}

/** RFC 1035 3.3: one string of a TXT record has 255 bytes at the most. */
function cutText(text: string | readonly string[]): Buffer[] {
  return [text].flat().flatMap((part) => {
    const bytes = Buffer.from(part)
    const count = Math.max(1, Math.ceil(bytes.length / 255))
    return Array.from({ length: count }, (_, index) => bytes.subarray(index * 255, index * 255 + 255))
  })
}
