import type { CertificateExtensions } from './certificateExtensions.ts'
import { isWeakKey } from './certificateKey.ts'
import { isWeakSignature } from './certificateSignature.ts'
import type { Link } from './chainLink.ts'
import type { Path } from './chainPath.ts'
import type { ChainProblem } from './chainProblem.ts'

/** Extended key usage (RFC 5280 4.2.1.12). */
const [anyPurpose, serverAuth] = ['2.5.29.37.0', '1.3.6.1.5.5.7.3.1']

/** What is wrong with the certificates on one way up; dates and key of the leaf are `verifyCertificate`'s. */
export function judgePath({ links, anchored }: Path, now: number): readonly ChainProblem[] {
  return links.flatMap((link, height) => {
    const about = { index: link.index, subject: link.facts.subject }
    const isRoot = anchored && height === links.length - 1
    const problems: ChainProblem[] = judgeSignature(link, about)
    if (height === 0) return problems
    problems.push(...judgeDates(link, about, isRoot, now), ...judgeAuthority(link, about, links.slice(1, height)))
    const { keyType, keyBits } = link.facts
    if (isWeakKey(link.facts)) problems.push({ kind: 'weak-key', ...about, keyType, keyBits: keyBits ?? 0 })
    return problems
  })
}

type About = Pick<ChainProblem, 'index' | 'subject'>

/** A root is trusted for being in the list: its signature of itself is asked by nobody. */
function judgeSignature({ facts: { signature, selfSigned } }: Link, about: About): ChainProblem[] {
  if (selfSigned || !signature || !isWeakSignature(signature)) return []
  return [{ kind: 'weak-signature', ...about, hash: signature.hash ?? '' }]
}

function judgeDates({ facts }: Link, about: About, isRoot: boolean, now: number): readonly ChainProblem[] {
  const { notBefore, notAfter } = facts
  if (Date.parse(notAfter) < now) return [{ kind: isRoot ? 'root-expired' : 'intermediate-expired', ...about, notAfter }]
  if (Date.parse(notBefore) <= now) return []
  return [{ kind: isRoot ? 'root-not-yet-valid' : 'intermediate-not-yet-valid', ...about, notBefore }]
}

/** @param below the authorities between it and the leaf */
function judgeAuthority({ facts }: Link, about: About, below: readonly Link[]): readonly ChainProblem[] {
  const problems: ChainProblem[] = []
  // A self-signed certificate of version 1 has no way to say that it is an authority (RFC 5280 6.1.4 k).
  if (!facts.authority && !(facts.selfSigned && facts.keyUsage === undefined))
    problems.push({ kind: 'not-a-ca', ...about, why: 'basic-constraints' })
  else if (facts.keyUsage && !facts.keyUsage.includes('keyCertSign'))
    problems.push({ kind: 'not-a-ca', ...about, why: 'key-usage' })
  // RFC 5280 4.2.1.9: self-issued ones, of a change of keys, do not count.
  const count = below.filter(({ subject, issuer }) => subject !== issuer).length
  if (facts.pathLength !== undefined && count > facts.pathLength)
    problems.push({ kind: 'path-length', ...about, allowed: facts.pathLength, below: count })
  // CA/B Baseline Requirements 7.1.2.10.6: an authority's purposes bind all below it; OpenSSL holds it to them, too.
  if (!isForServers(facts)) problems.push({ kind: 'wrong-purpose', ...about })
  return problems
}

/** RFC 5280 4.2.1.12: a certificate without the extension is for any purpose. */
export function isForServers({ extendedKeyUsage: purposes }: Pick<CertificateExtensions, 'extendedKeyUsage'>): boolean {
  return !purposes || purposes.includes(serverAuth) || purposes.includes(anyPurpose)
}
