import type { DaneLookup } from './lookup.ts'
import type { DaneMatch } from './match.ts'
import type { DaneProblem, PathFlaw } from './problem.ts'
import type { TlsaFlaw, UsableTlsa } from './record.ts'

/** A record's three numbers, as people name its kind: `3 1 1`. */
export function nameKind({ usage, selector, matchingType }: Pick<UsableTlsa, 'usage' | 'selector' | 'matchingType'>): string {
  return `${usage} ${selector} ${matchingType}`
}

/** What a look-up came to, in words. Names are DNS's and the peer's: to be escaped where they are shown. */
export function describeLookup(lookup: DaneLookup): string {
  switch (lookup.kind) {
    case 'not-tested':
      return `not looked up: ${lookup.reason}`
    case 'none':
      return absences[lookup.cause]
    case 'failed':
      return `${failures[lookup.step]} ${lookup.name} failed (${lookup.detail}): the host counts as unreachable`
    case 'unusable': {
      const flaws = [...new Set(lookup.unusable.map(({ flaw }) => describeFlaw(flaw)))]
      return `no TLSA record of ${lookup.baseDomain} can be used (${flaws.join('; ')}): TLS is mandatory, and authenticates nobody`
    }
    case 'usable': {
      const kinds = [...new Set(lookup.records.map(nameKind))].join(', ')
      return `${lookup.baseDomain} has TLSA records ${kinds}${lookup.mxSecure ? '' : '; MX not signed: they vouch for the host, not for the domain'}`
    }
  }
}

const absences: Record<Extract<DaneLookup, { kind: 'none' }>['cause'], string> = {
  'no-address': 'the host has no address',
  'insecure-address': 'the host is not signed with DNSSEC: no DANE',
  'no-records': 'the host has no TLSA record: no DANE',
  'insecure-records': 'the TLSA records of the host are not signed with DNSSEC: no DANE',
}

const failures: Record<Extract<DaneLookup, { kind: 'failed' }>['step'], string> = {
  addresses: 'looking up the addresses of',
  alias: 'looking up whether the alias is signed:',
  tlsa: 'looking up TLSA records at',
}

export function describeFlaw(flaw: TlsaFlaw): string {
  return flaws[flaw]
}

const flaws: Record<TlsaFlaw, string> = {
  'pkix-usage': 'usages 0 and 1 are not for SMTP',
  'unknown-usage': 'unknown usage',
  'unknown-selector': 'unknown selector',
  'unknown-matching-type': 'unknown matching type',
  'digest-length': 'data too short or too long for its digest',
  unreadable: 'data is neither certificate nor key',
}

/** What became of the certificates, in words; the same holds for names. */
export function describeMatch(match: DaneMatch): string {
  if (match.kind === 'failed') return describeProblem(match.problem)
  const rollover = match.spare.length > 0 ? `; rollover in place, ${match.spare.length} more with no match yet` : ''
  const name = match.name?.by === 'common-name' ? '; the name stands in the common name alone' : ''
  return `TLSA ${nameKind(match.record)} matches${name}${rollover}`
}

function describeProblem(problem: DaneProblem): string {
  switch (problem.kind) {
    case 'no-certificate':
      return 'no certificate that can be read'
    case 'other-certificate':
      return 'no TLSA record matches the certificate'
    case 'anchor-missing':
      return 'the authority of the TLSA record is not among the certificates sent'
    case 'anchor-is-leaf':
      return 'the TLSA record has usage 2, and holds the certificate of the server itself'
    case 'anchor-apart':
      return 'the authority of the TLSA record has not certified the certificate'
    case 'bad-path':
      return `${problem.subject}: ${pathFlaws[problem.why]}`
    case 'expired':
      return `${problem.subject}: expired on ${problem.date}`
    case 'not-yet-valid':
      return `${problem.subject}: not valid before ${problem.date}`
    case 'name-mismatch':
      return `the certificate is not for ${problem.names.join(', ')}`
  }
}

const pathFlaws: Record<PathFlaw, string> = {
  'not-a-ca': 'certifies others and may not',
  'path-length': 'more authorities below than it allows',
  'wrong-purpose': 'not for TLS servers',
  'weak-key': 'key too weak',
  'weak-signature': 'signed with a broken hash',
  'name-not-permitted': 'an authority for other names',
  'unknown-extension': 'holds a critical extension that is not understood',
}
