import { SocketAddress, isIP, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'

/** The names of a certificate that a host can be compared with. */
export interface CertificateNames {
  readonly names: readonly string[]
  readonly addresses: readonly string[]
  readonly commonName: string | undefined
}

/**
 * By which of its names a certificate stands for a host: one of the subjectAltName, or nothing but the common name. The
 * latter counts for DANE-TA(2) alone, and only where there is no DNS name (RFC 9525 2, RFC 7672 3.2.3).
 */
export function standsFor(
  { names, addresses, commonName }: CertificateNames,
  host: string,
): 'dns' | 'ip' | 'common-name' | undefined {
  if (isIP(host) !== 0) return addresses.includes(foldAddress(host)) ? 'ip' : undefined
  if (names.some((name) => matchName(name, host))) return 'dns'
  return names.length === 0 && commonName !== undefined && matchName(commonName, host) ? 'common-name' : undefined
}

/**
 * Whether a certificate's DNS name stands for a host: equal, or a wildcard that replaces exactly the left-most label
 * (RFC 9525 6.3). The certificate's in A-labels; a host in U-labels is compared by its A-labels (RFC 9525 6.3).
 *
 * @example
 * ```ts
 * matchName('*.example.org', 'mx.example.org') === true
 * matchName('*.example.org', 'a.b.example.org') === false
 * ```
 */
export function matchName(pattern: string, host: string): boolean {
  const wanted = fold(toALabels(host))
  const given = fold(pattern)
  if (!given.startsWith('*.')) return given === wanted && given !== ''
  const dot = wanted.indexOf('.')
  // `*.org` would stand for every domain below a top-level domain: at least two labels follow the star.
  return dot > 0 && wanted.slice(dot) === given.slice(1) && given.slice(2).includes('.')
}

/** Why a name of a certificate can stand for no host at all; undefined where it can. */
export function findNameFlaw(pattern: string): NameFlaw | undefined {
  const given = fold(pattern)
  const [first = '', ...rest] = given.split('.')
  // RFC 9525 6.3: one star, which is the whole of the left-most label.
  if (rest.some((label) => label.includes('*'))) return 'wildcard-not-first'
  if (first.includes('*') && first !== '*') return 'wildcard-partial'
  if (first === '*' && rest.length < 2) return 'wildcard-too-wide'
  if (isIP(given) !== 0) return 'address-as-name'
  const labels = first === '*' ? rest : [first, ...rest]
  const isLabel = (label: string) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)
  return given.length <= 253 && labels.every(isLabel) ? undefined : 'not-a-name'
}

export type NameFlaw = 'wildcard-partial' | 'wildcard-not-first' | 'wildcard-too-wide' | 'address-as-name' | 'not-a-name'

/** An IP address in the one spelling of RFC 5952, so that equal ones are equal; OpenSSL writes IPv6 with all its zeros. */
export function foldAddress(address: string): string {
  return isIPv6(address) ? new SocketAddress({ address, family: 'ipv6' }).address : address
}

/** RFC 5890 2.3.2.1; a host that cannot be written so matches nothing. */
function toALabels(host: string): string {
  return /^[\u0000-\u007f]*$/.test(host) ? host : domainToASCII(host)
}

function fold(name: string): string {
  const lower = name.toLowerCase()
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}
