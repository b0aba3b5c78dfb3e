import { printHex } from './text.ts'

export type Octets = Uint8Array<ArrayBuffer>

/** One value in DER, not yet opened (X.690 8.1, 10.1). What lies within is read on demand, so nothing here recurses. */
export interface Der {
  /** The identifier octet; tags above 30 occur nowhere in what is read here and are refused. */
  readonly tag: number
  readonly content: Octets
  /** Identifier and length included. */
  readonly raw: Octets
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** Context-specific tags, constructed: `[0]` and so on, as an explicit tag or around the parts of an implicit set. */
export const within = (number: number): number => 0xa0 + number

/** Reads the one value that the octets hold; undefined where they are not DER, or hold more or less than one. */
export function readDer(octets: Octets): Der | undefined {
  const value = readValue(octets, 0)
  return value?.raw.length === octets.length ? value : undefined
}

/** The values within a constructed one; undefined where there is none, or they are not DER. */
export function readChildren(value: Der | undefined, tag?: number): readonly Der[] | undefined {
  if (!value || (value.tag & 0x20) === 0 || (tag !== undefined && value.tag !== tag)) return undefined
  const children: Der[] = []
  for (let at = 0; at < value.content.length;) {
    const child = readValue(value.content, at)
    if (!child) return undefined
    children.push(child)
    at += child.raw.length
  }
  return children
}

function readValue(octets: Octets, from: number): Der | undefined {
  const [tag, first] = [octets[from], octets[from + 1]]
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined
  let [length, begin] = [first, from + 2]
  if (first >= 0x80) {
    const size = first & 0x7f
    // X.690 10.1: the length is definite, and as short as can be.
    if (size === 0 || size > 3 || begin + size > octets.length || octets[begin] === 0) return undefined
    length = readNumber(octets.subarray(begin, begin + size))
    if (length < 0x80) return undefined
    begin += size
  }
  const end = begin + length
  if (end > octets.length) return undefined
  return { tag, content: octets.subarray(begin, end), raw: octets.subarray(from, end) }
}

/** A number of a few octets, the highest first. */
export function readNumber(octets: Uint8Array): number {
  return octets.reduce((sum, octet) => sum * 256 + octet, 0)
}

/** An INTEGER; undefined for another type, or one not as short as can be (X.690 8.3.2). */
export function readInteger(value: Der | undefined): bigint | undefined {
  if (value?.tag !== tags.integer || value.content.length === 0 || value.content.length > 64) return undefined
  const { content } = value
  const [first = 0, second] = content
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) return undefined
  return BigInt.asIntN(content.length * 8, BigInt(`0x${printHex(content)}`))
}

/** A BOOLEAN, which DER spells in one way each (X.690 11.1). */
export function readBoolean(value: Der | undefined): boolean | undefined {
  if (value?.tag !== tags.boolean || value.content.length !== 1) return undefined
  return value.content[0] === 0xff ? true : value.content[0] === 0 ? false : undefined
}

/** An OBJECT IDENTIFIER in dots. */
export function readOid(value: Der | undefined): string | undefined {
  if (value?.tag !== tags.oid || value.content.length === 0 || value.content.length > 64) return undefined
  const parts: number[] = []
  let part = 0
  for (const [index, octet] of value.content.entries()) {
    // X.690 8.19.2: no leading 0x80; a part above 2^46 is no registered one.
    if ((part === 0 && octet === 0x80) || part >= 2 ** 39) return undefined
    part = part * 128 + (octet & 0x7f)
    if (octet >= 0x80) {
      if (index === value.content.length - 1) return undefined
      continue
    }
    // X.690 8.19.4: the first two parts share an octet.
    if (parts.length === 0) {
      const top = Math.min(2, Math.floor(part / 40))
      parts.push(top, part - 40 * top)
    } else parts.push(part)
    part = 0
  }
  return parts.join('.')
}

/** A BIT STRING of whole octets, such as a signature. */
export function readBits(value: Der | undefined): Octets | undefined {
  return value?.tag === tags.bits && value.content[0] === 0 ? value.content.subarray(1) : undefined
}

/**
 * A GeneralizedTime of DER, `YYYYMMDDHHMMSS[.f]Z` without zeros at the end of the fraction (X.690 11.7), or a UTCTime, whose
 * years are those from 1950 on (RFC 5280 4.1.2.5.1): milliseconds since the epoch, what is shorter cut off.
 */
export function readTime(value: Der | undefined): number | undefined {
  if ((value?.tag !== tags.time && value?.tag !== tags.utcTime) || value.content.length > 32) return undefined
  const text = String.fromCharCode(...value.content)
  const long = value.tag === tags.time ? text : `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}`
  const [, year, month, day, hour, minute, second, fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,15}[1-9]))?Z$/.exec(long) ?? []
  if (year === undefined || (fraction !== '' && value.tag === tags.utcTime)) return undefined
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`
  const time = Date.parse(iso)
  // A 30th of February is read by Date as a day of March.
  return !Number.isNaN(time) && new Date(time).toISOString() === iso ? time : undefined
}
