import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { domainToASCII } from 'node:url'
import { z } from 'zod'

/** An address and a port to ask. */
export interface Endpoint {
  /** IPv4 or IPv6, without brackets. */
  readonly address: string
  readonly port: number
}

/**
 * The full name of a host in A-labels, lower case; undefined where the text is none. RFC 5321 4.1.1.1 wants one with a
 * dot in EHLO; what receivers make of an underscore or a number as the last label, they do not say in advance.
 */
export function parseHostname(text: string): string | undefined {
  if (!/^[\p{L}\p{M}\p{N}.-]{1,253}$/u.test(text)) return undefined
  const labels = domainToASCII(text).toLowerCase().replace(/\.$/, '').split('.')
  const fine = labels.length > 1 && labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label))
  return fine && !/^\d+$/.test(labels.at(-1) ?? '') && labels.join('.').length <= 253 ? labels.join('.') : undefined
}

/** What this machine calls itself, or `localhost.localdomain` where that is no full name. */
export function guessHostname(name: string = hostname()): string {
  return parseHostname(name) ?? 'localhost.localdomain'
}

/**
 * Reads `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` and `[2001:db8::1]:53`; undefined where the text is none of them.
 *
 * @example
 * ```ts
 * parseEndpoint('[::1]:5353', 53) // { address: '::1', port: 5353 }
 * ```
 */
export function parseEndpoint(text: string, defaultPort: number): Endpoint | undefined {
  if (isIP(text)) return { address: text, port: defaultPort }
  const [, six, four, port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const number = port === undefined ? defaultPort : Number(port)
  if (number < 1 || number > 65_535) return undefined
  if (six !== undefined && isIP(six) === 6) return { address: six, port: number }
  return four !== undefined && isIP(four) === 4 ? { address: four, port: number } : undefined
}

/** A DNS server to ask. */
export interface NameServer extends Endpoint {
  /** Where it is asked over TLS: the host name that its certificate must be for. */
  readonly tlsName?: string
}

/**
 * Reads an endpoint (port 53 unless given), or one with the name for DNS over TLS behind a `#` (port 853).
 *
 * @example
 * ```ts
 * parseNameServer('192.0.2.1#dns.example.org') // { address: '192.0.2.1', port: 853, tlsName: 'dns.example.org' }
 * ```
 */
export function parseNameServer(text: string): NameServer | undefined {
  const mark = text.indexOf('#')
  if (mark < 0) return parseEndpoint(text, 53)
  const [endpoint, tlsName] = [parseEndpoint(text.slice(0, mark), 853), parseHostname(text.slice(mark + 1))]
  return endpoint && tlsName !== undefined ? { ...endpoint, tlsName } : undefined
}

/** A text that `parse` turns into something; `error` says what it must be. */
export function parsedSchema<Value>(parse: (text: string) => Value | undefined, error: string) {
  return z.string().transform((text, context): Value => {
    const value = parse(text)
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: error })
    return z.NEVER
  })
}

/** Addresses of this machine, one of each kind at most. */
export type SourceAddresses = {
  readonly ipv4?: string
  readonly ipv6?: string
}

/** What connections leave from: an IPv4 address, an IPv6 address, or both. */
export const sourceSchema = z
  .array(z.string())
  .min(1)
  .max(2)
  .transform((addresses, context): SourceAddresses => {
    const kinds = addresses.map((address) => isIP(address))
    if (!kinds.includes(0) && new Set(kinds).size === kinds.length) {
      const of = (kind: number): string | undefined => addresses[kinds.indexOf(kind)]
      const [ipv4, ipv6] = [of(4), of(6)]
      return { ...(ipv4 === undefined ? {} : { ipv4 }), ...(ipv6 === undefined ? {} : { ipv6 }) }
    }
    context.addIssue({ code: 'custom', message: 'must be an IPv4 address, an IPv6 address, or one of each' })
    return z.NEVER
  })

export const sourceMeta = {
  title: 'list of addresses',
  description:
    'Addresses of this machine that mail leaves from: one of IPv4, one of IPv6, or both. Otherwise the system chooses. Receivers know a sender by its address: its reverse DNS and the SPF record must agree.',
  example: '["192.0.2.25"]',
}
