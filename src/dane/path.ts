import { type ChainProblem, type Link, isForServers, isWeakKey, judgeConstraints, judgePath } from '../tls/index.ts'
import type { DaneProblem, PathFlaw } from './problem.ts'

/** A way from a server's certificate up to an authority of a record. */
export interface AnchoredPath {
  readonly links: readonly Link[]
  /** Whether its last link is the authority; where the record holds a bare key, the authority has no certificate. */
  readonly holdsAnchor: boolean
}

/**
 * What breaks a way (RFC 5280 6.1, RFC 7671 5.2): every certificate on it has to be good now. That the authority is in no
 * system's list matters not, nor does what signed it. Its dates count where it is a root, as OpenSSL has it: a record that
 * Postfix takes should not hold up mail here.
 *
 * @param now milliseconds since the epoch
 */
export function findPathProblem({ links, holdsAnchor }: AnchoredPath, now: number): DaneProblem | undefined {
  const [leaf] = links
  if (!leaf) return { kind: 'no-certificate' }
  const { subject, notBefore, notAfter } = leaf.facts
  const own = { index: leaf.index, subject }
  const flaw = (why: PathFlaw): DaneProblem => ({ kind: 'bad-path', why, ...own })
  if (!isForServers(leaf.facts)) return flaw('wrong-purpose')
  if (isWeakKey(leaf.facts)) return flaw('weak-key')
  const [constraint] = judgeConstraints(links)
  if (constraint) return { kind: 'bad-path', why: constraint.kind, index: constraint.index, subject: constraint.subject }
  const top = holdsAnchor ? links.at(-1) : undefined
  for (const problem of judgePath({ links, anchored: holdsAnchor }, now)) {
    if (top && top.subject !== top.issuer && problem.index === top.index && isOfIssuer(problem.kind)) continue
    const place = { index: problem.index, subject: problem.subject }
    switch (problem.kind) {
      case 'intermediate-expired':
      case 'root-expired':
        return { kind: 'expired', date: problem.notAfter, ...place }
      case 'intermediate-not-yet-valid':
      case 'root-not-yet-valid':
        return { kind: 'not-yet-valid', date: problem.notBefore, ...place }
      case 'weak-signature':
      case 'weak-key':
      case 'not-a-ca':
      case 'path-length':
      case 'wrong-purpose':
        return { kind: 'bad-path', why: problem.kind, ...place }
      default: // Of the order in which a chain was sent; none of a way's.
    }
  }
  if (Date.parse(notAfter) < now) return { kind: 'expired', date: notAfter, ...own }
  return Date.parse(notBefore) > now ? { kind: 'not-yet-valid', date: notBefore, ...own } : undefined
}

/** What is between a certificate and who issued it, and so not asked of one that needs no issuer. */
function isOfIssuer(kind: ChainProblem['kind']): boolean {
  return kind === 'weak-signature' || kind === 'root-expired' || kind === 'root-not-yet-valid'
}
