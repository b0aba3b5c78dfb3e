import { type Link, describeLink, hasSigned } from './chainLink.ts'
import type { Trust } from './trust.ts'

/** A way from the leaf upwards, each certificate signed by the next. */
export interface Path {
  readonly links: readonly Link[]
  /** Whether it ends at an authority that we trust. */
  readonly anchored: boolean
}

/** Whom the ways lead to: `Trust` is one. */
type Anchors = Pick<Trust, 'findRoots'>

/** Signatures verified for one chain, and ways kept: a hostile server can send certificates that all certify each other. */
const [maxSignatures, maxPaths] = [100, 16]

/** The ways up from a server's certificate; our own authorities are asked before those sent (as OpenSSL: trusted first). */
export class PathFinder {
  readonly #sent: readonly Link[]
  readonly #trust: Anchors
  readonly #roots = new Map<string, readonly Link[]>()
  readonly #signed = new Map<Link, Map<Link, boolean>>()
  #signatures = 0

  constructor(sent: readonly Link[], trust: Anchors) {
    this.#sent = sent
    this.#trust = trust
  }

  /** All ways that end, whether at an authority or where nothing goes on; at least one. */
  findPaths(leaf: Link): readonly Path[] {
    const paths: Path[] = []
    const walk = (links: readonly Link[], last: Link): void => {
      if (paths.length >= maxPaths) return
      if (last.facts.selfSigned) {
        paths.push({ links, anchored: this.isTrusted(last) })
        return
      }
      const issuers = this.findIssuers(last).filter((issuer) => links.every((link) => link.facts.sha256 !== issuer.facts.sha256))
      if (issuers.length === 0) paths.push({ links, anchored: false })
      for (const issuer of issuers) walk([...links, issuer], issuer)
    }
    walk([leaf], leaf)
    return paths
  }

  /** Of those sent and our own, the ones whose key signed it. */
  findIssuers(link: Link): readonly Link[] {
    return this.findNamesakes(link.issuer).filter((issuer) => this.#verify(issuer, link))
  }

  /** Of those sent and our own, the ones of that name. */
  findNamesakes(name: string): readonly Link[] {
    return [...this.#rootsNamed(name), ...this.#sent.filter(({ subject }) => subject === name)]
  }

  isTrusted(link: Link): boolean {
    return this.#rootsNamed(link.subject).some(({ facts }) => facts.sha256 === link.facts.sha256)
  }

  #rootsNamed(name: string): readonly Link[] {
    const known = this.#roots.get(name)
    if (known) return known
    const roots = this.#trust.findRoots(name).flatMap((root) => describeLink(root) ?? [])
    this.#roots.set(name, roots)
    return roots
  }

  #verify(issuer: Link, link: Link): boolean {
    const known = this.#signed.get(link)?.get(issuer)
    if (known !== undefined) return known
    const signed = this.#signatures++ < maxSignatures && hasSigned(issuer, link)
    this.#signed.set(link, (this.#signed.get(link) ?? new Map<Link, boolean>()).set(issuer, signed))
    return signed
  }
}
