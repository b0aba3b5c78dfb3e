import { type Link, openLink } from './chainLink.ts'
import { type Path, PathFinder } from './chainPath.ts'
import { judgePath } from './chainJudge.ts'
import type { ChainJudgement, ChainProblem } from './chainProblem.ts'
import type { Trust } from './trust.ts'

/** Certificates looked at. Real chains have two to five. */
const maxSent = 20

/**
 * Says everything that can be said of the certificates as the server sent them, beside OpenSSL's verdict, which puts
 * them in order, leaves out what it does not need, and tells the last of several errors only.
 *
 * @param sent DER, in the order in which they came
 * @param now milliseconds since the epoch
 *
 * @example
 * ```ts
 * const { anchor, problems } = judgeChain([leaf, root], trust, Date.now())
 * problems.map(({ kind }) => kind) // ['needless-root']
 * ```
 */
export function judgeChain(sent: readonly Buffer[], trust: Trust, now: number): ChainJudgement {
  const problems: ChainProblem[] = []
  if (sent.length > maxSent) problems.push({ kind: 'too-many', index: maxSent, subject: '', count: sent.length })
  const links: Link[] = []
  for (const [index, der] of sent.slice(0, maxSent).entries()) {
    const link = openLink(der, index)
    if (!link) problems.push({ kind: 'unreadable', index, subject: '' })
    else if (links.some(({ facts }) => facts.sha256 === link.facts.sha256))
      problems.push({ kind: 'duplicate', ...describe(link) })
    else links.push(link)
  }
  const leaf = links.find(({ index }) => index === 0)
  if (!leaf) return { anchor: undefined, path: [], problems }
  const finder = new PathFinder(links, trust)
  const { path, problems: found } = choosePath(finder.findPaths(leaf), now)
  problems.push(...found, ...judgeEnd(path, finder), ...judgeOrder(leaf, links, finder))
  return {
    anchor: path.anchored ? path.links.at(-1)?.facts.subject : undefined,
    path: path.links.flatMap(({ index }) => index ?? []),
    problems,
  }
}

/** The way that a patient client would take: to an authority rather than not, then with the fewest problems. */
function choosePath(paths: readonly Path[], now: number): { readonly path: Path; readonly problems: readonly ChainProblem[] } {
  const judged = paths.map((path) => ({ path, problems: judgePath(path, now) }))
  const cost = ({ path, problems }: (typeof judged)[number]) => (path.anchored ? 0 : 1000) + problems.length
  return judged.reduce((best, one) => (cost(one) < cost(best) ? one : best))
}

/** Where a way ends without an authority of ours: what is missing there. */
function judgeEnd({ links, anchored }: Path, finder: PathFinder): readonly ChainProblem[] {
  const last = links.at(-1)
  if (anchored || !last) return []
  const { facts } = last
  if (facts.selfSigned) return [{ kind: 'unknown-authority', ...describe(last) }]
  const about = { ...describe(last), issuer: facts.issuer }
  // They certify each other in a circle, with no beginning.
  if (finder.findIssuers(last).length > 0) return [{ kind: 'unknown-authority', ...describe(last) }]
  if (finder.findNamesakes(last.issuer).length > 0) return [{ kind: 'wrong-issuer', ...about }]
  // Only public authorities are taken by the logs (RFC 6962 3.1); nothing else tells them from private ones.
  const logged = links.some(({ facts: { sctCount } }) => sctCount > 0)
  // RFC 5280 4.2.2.1: of what caIssuers may hold, a client can fetch HTTP.
  const repair = facts.caIssuers.filter((url) => /^https?:\/\//i.test(url))
  return logged || repair.length > 0 ? [{ kind: 'incomplete', ...about, repair, logged }] : [{ kind: 'unknown-issuer', ...about }]
}

/** RFC 5246 7.4.2, RFC 8446 4.4.2: each certifies the one before, and the root may be left out. */
function judgeOrder(leaf: Link, links: readonly Link[], finder: PathFinder): readonly ChainProblem[] {
  const useful = new Set([leaf])
  // A Set is walked on to what is added meanwhile.
  for (const link of useful) {
    if (link.facts.selfSigned) continue
    for (const issuer of finder.findIssuers(link)) if (issuer.index !== undefined) useful.add(issuer)
  }
  return links.flatMap((link): readonly ChainProblem[] => {
    if (!useful.has(link)) return [{ kind: 'needless-certificate', ...describe(link) }]
    const { index = 0, facts } = link
    if (index > 0 && facts.selfSigned && finder.isTrusted(link)) return [{ kind: 'needless-root', ...describe(link) }]
    const places = facts.selfSigned ? [] : finder.findIssuers(link).flatMap((issuer) => issuer.index ?? [])
    return places.length > 0 && places.every((place) => place < index) ? [{ kind: 'wrong-order', ...describe(link) }] : []
  })
}

function describe({ index, facts: { subject } }: Link) {
  return { index, subject }
}
