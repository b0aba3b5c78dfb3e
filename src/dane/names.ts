/** Names of a host on whose way DNS was secure, as the look-up tells them. */
export interface DaneNames {
  /** Where the TLSA records were found: the server is asked for its certificate of this name (SNI). */
  readonly baseDomain: string
  /** What a certificate below a DANE-TA(2) authority may be for; the base domain first. */
  readonly names: readonly string[]
}

/**
 * The names that a certificate may have (RFC 7672 3.2.2): the TLSA base domain, and the host that an alias led there
 * from (RFC 7671 7 has the base domain as the first of several). The next-hop domain only where the MX is secure: with
 * another, whoever forged the MX could show a certificate of his own host, and any of the domain's.
 *
 * @param nextHop the domain that the mail is for and, where that is an alias, the name it stands for
 */
export function listNames(baseDomain: string, host: string, mxSecure: boolean, nextHop: readonly string[]): DaneNames {
  return { baseDomain, names: [...new Set([baseDomain, host, ...(mxSecure ? nextHop : [])])] }
}

/** Where TLSA records of a service over TCP stand (RFC 6698 3); undefined where no name of DNS is so long. */
export function nameTlsa(baseDomain: string, port: number): string | undefined {
  const name = `_${port}._tcp.${baseDomain}`
  return name.length <= 253 ? name : undefined
}
