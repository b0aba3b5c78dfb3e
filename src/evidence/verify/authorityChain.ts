import { type Certificate, extensionIds, isSignedBy } from './authorityCertificate.ts'
import { equalOctets } from './octets.ts'

/** A time-stamping authority stands a few steps below its root. */
const maxSteps = 8

/** RFC 3161 2.3 */
export const timeStamping = '1.3.6.1.5.5.7.3.8'

/** Extensions that are looked at here; another one that is critical ends the way. */
const known: ReadonlySet<string> = new Set(Object.values(extensionIds))

/**
 * Whether a certificate leads to one of the authorities, each step good at a time (RFC 5280 6.1, without names and policies
 * beyond what is said here, and without revocation).
 *
 * @param others certificates that came along, in any order; nothing is believed of them
 * @param time milliseconds since the epoch
 */
export async function leadsToAuthority(
  certificate: Certificate,
  { others, authorities, time }: { others: readonly Certificate[]; authorities: readonly Certificate[]; time: number },
): Promise<boolean> {
  // One by one, breadth first; what was seen is not tried again, so that the work is bounded by the number of certificates.
  const seen = new Set<Certificate>([certificate])
  let level: readonly Certificate[] = [certificate]
  for (let below = 0; below < maxSteps; below += 1) {
    const next: Certificate[] = []
    for (const one of level) {
      if (!isGood(one, time)) continue
      if (authorities.some(({ der }) => equalOctets(der, one.der))) return true
      for (const above of authorities) {
        if (mayStandAbove(above, below) && isGood(above, time) && (await isSignedBy(one, above))) return true
      }
      for (const above of others) {
        if (seen.has(above) || !mayStandAbove(above, below) || !(await isSignedBy(one, above))) continue
        seen.add(above)
        next.push(above)
      }
    }
    level = next
  }
  return false
}

function isGood({ notBefore, notAfter, critical }: Certificate, time: number): boolean {
  return notBefore <= time && time <= notAfter && [...critical].every((oid) => known.has(oid))
}

/** @param below authorities between it and the certificate that is judged */
function mayStandAbove({ isAuthority, depth, purposes }: Certificate, below: number): boolean {
  // An authority that is bound to purposes is bound for all below it, as browsers and OpenSSL have it.
  const fits = !purposes || purposes.includes(timeStamping) || purposes.includes('2.5.29.37.0')
  return isAuthority && fits && depth >= below
}
