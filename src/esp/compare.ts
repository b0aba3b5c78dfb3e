import type { HostResult } from '../check/index.ts'
import { visible } from '../escape.ts'
import type { ProviderEndpoint, TlsClaims } from '../provider/index.ts'
import { type Answers, answerQuestions } from './answers.ts'
import type { Difference, DifferenceKind } from './difference.ts'
import { type Reach, describeReach } from './reach.ts'

/** One address of an endpoint beside the documentation. */
export interface AddressResult {
  readonly address: string | undefined
  /** `untested` where too little was seen to compare. */
  readonly outcome: 'as-documented' | 'differs' | 'untested'
  readonly reach: Reach
  readonly answers: Answers
  readonly differences: readonly Difference[]
}

type Tell = (kind: DifferenceKind, severity: Difference['severity'], documented: string, seen: string) => Difference

const tell: Tell = (kind, severity, documented, seen) => ({ kind, severity, documented, seen: visible(seen) })

/** Holds what a check saw of one address against what is documented; pure, so that every case can be tried. */
export function compareAddress(endpoint: ProviderEndpoint, claims: TlsClaims, host: HostResult): AddressResult {
  const reach = describeReach(host)
  const answers = answerQuestions(host)
  const differences = [
    ...compareReach(endpoint, reach),
    ...(isComparable(reach, host)
      ? [...compareMode(endpoint, host, answers), ...compareClear(endpoint, claims, host, answers), ...compareTls(claims, host)]
      : []),
  ]
  return { address: host.address, outcome: judge(reach, host, differences), reach, answers, differences }
}

/** A port that is silent is worth comparing where it turned out to wait for TLS. */
function isComparable({ kind }: Reach, host: HostResult): boolean {
  return kind === 'reached' || kind === 'handshake-refused' || has(host, 'implicit-tls-instead')
}

function judge(reach: Reach, host: HostResult, differences: readonly Difference[]): AddressResult['outcome'] {
  if (differences.some(({ severity }) => severity !== 'remark')) return 'differs'
  return isComparable(reach, host) ? 'as-documented' : 'untested'
}

/** Nobody promised what was only inferred. */
function compareReach(endpoint: ProviderEndpoint, { kind, words }: Reach): Difference[] {
  const severity = endpoint.seen ? 'medium' : 'remark'
  const documented = endpoint.seen ? 'this host and port' : 'no source names this port'
  if (kind === 'closed') return [tell('port-closed', severity, documented, words)]
  return kind === 'no-address' ? [tell('host-gone', severity, documented, words)] : []
}

const securityWords = {
  starttls: 'STARTTLS',
  optional: 'STARTTLS or no encryption',
  implicit: 'TLS from the first octet',
} as const

/** Whether TLS comes about in the way that is documented. */
function compareMode(endpoint: ProviderEndpoint, host: HostResult, answers: Answers): Difference[] {
  const documented = securityWords[endpoint.security]
  const seen = host.quote ?? host.words
  if (endpoint.security === 'implicit') {
    // RFC 8314 3: words in plaintext where a TLS record is due.
    if (host.cause === 'not-implicit-tls' || host.cause === 'handshake-not-tls')
      return [tell('plaintext-instead', 'high', documented, seen)]
    return host.verdict === 'broken' ? [tell('implicit-fails', 'high', documented, join(host))] : []
  }
  if (has(host, 'implicit-tls-instead'))
    return [tell('implicit-instead', 'high', documented, 'no greeting; TLS comes about from the first octet')]
  if (answers.starttls === 'hidden') return [tell('starttls-hidden', 'high', documented, host.words)]
  if (answers.starttls === 'not-offered') return [tell('starttls-missing', 'high', documented, host.words)]
  return host.verdict === 'broken' ? [tell('starttls-fails', 'high', documented, join(host))] : []
}

/** What is taken without TLS. Where the documentation leaves TLS to the sender, it is as documented, and worth knowing. */
function compareClear(endpoint: ProviderEndpoint, claims: TlsClaims, host: HostResult, answers: Answers): Difference[] {
  const left = endpoint.security === 'optional' || claims.demanded === false
  const documented = left
    ? 'TLS is left to the sender'
    : claims.demanded
      ? 'TLS is compulsory'
      : `${securityWords[endpoint.security]}; whether TLS is compulsory is not said`
  const severity = left ? 'remark' : claims.demanded ? 'high' : 'medium'
  const found: Difference[] = []
  if (answers.authBeforeTls === 'password') found.push(tell('auth-before-tls', severity, documented, describeLogin(host)))
  // RFC 4954 4, RFC 5802: a challenge hides the password, and nothing else.
  if (answers.authBeforeTls === 'challenge')
    found.push(tell('auth-before-tls', claims.demanded ? 'medium' : 'remark', documented, describeLogin(host)))
  if (answers.plainMail === 'taken')
    found.push(tell('mail-in-clear', severity, documented, host.inTheClear?.mail?.text ?? 'MAIL was taken'))
  return found
}

const versions = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const

function compareTls({ floor, selfSigned }: TlsClaims, host: HostResult): Difference[] {
  const found: Difference[] = []
  const taken = new Set(host.survey?.versions.flatMap(({ version, accepted }) => (accepted ? [version] : [])))
  if (host.tls) taken.add(host.tls.version)
  const below = floor === undefined ? [] : versions.slice(0, versions.indexOf(floor)).filter((version) => taken.has(version))
  if (floor !== undefined && below.length > 0)
    found.push(tell('old-tls', 'medium', `nothing older than ${floor}`, `${below.join(', ')} taken`))
  const known = selfSigned === true && host.cause === 'self-signed'
  if (host.verdict === 'unauthenticated' && !known) found.push(tell('certificate', 'high', 'TLS for this host name', host.words))
  return found
}

function join({ words, quote }: HostResult): string {
  return quote === undefined ? words : `${words}: ${quote}`
}

function has({ findings }: HostResult, rule: string): boolean {
  return findings.some((finding) => finding.rule === rule)
}

function describeLogin({ findings, inTheClear }: HostResult): string {
  const evidence = findings.find(({ rule }) => rule === 'auth-in-clear')?.evidence
  if (evidence !== undefined) return evidence
  const offers = inTheClear?.offers?.filter(({ keyword }) => /^(?:AUTH|SASL)\b/.test(keyword)) ?? []
  return offers.map(({ keyword, params }) => [keyword, ...params].join(' ')).join(', ')
}
