/** RFC 1035 4.1.1, RFC 2136 2.2, RFC 6891 9. */
const names: Readonly<Record<number, string>> = {
  1: 'FORMERR',
  2: 'SERVFAIL',
  4: 'NOTIMP',
  5: 'REFUSED',
  9: 'NOTAUTH',
  16: 'BADVERS',
}

/** RFC 8914 4: the codes that tell a person more than the failure itself. */
const extended: Readonly<Record<number, string>> = {
  1: 'DNSSEC: unsupported key algorithm',
  2: 'DNSSEC: unsupported digest of a key',
  5: 'DNSSEC: could not be decided',
  6: 'DNSSEC: the signature is bogus',
  7: 'DNSSEC: the signature has expired',
  8: 'DNSSEC: the signature is not valid yet',
  9: 'DNSSEC: a key is missing',
  10: 'DNSSEC: signatures are missing',
  11: 'DNSSEC: a key is no zone key',
  12: 'DNSSEC: the proof that there is nothing is missing',
  13: 'a failure that it remembers',
  14: 'the server is not ready',
  15: 'blocked',
  16: 'censored',
  17: 'filtered',
  18: 'prohibited',
  20: 'not authoritative',
  22: 'no name server of the zone can be reached',
  23: 'network error on the way to the name servers',
}

/** What a response code says, with the reason where the server gives one. */
export function describeRcode(rcode: number, extendedError: number | undefined): string {
  const why = extendedError === undefined ? undefined : extended[extendedError]
  return `the DNS server says ${names[rcode] ?? `response code ${rcode}`}${why === undefined ? '' : ` (${why})`}`
}
