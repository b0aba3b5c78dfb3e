import { type Link, PathFinder, standsFor } from '../tls/index.ts'
import { Association } from './association.ts'
import { openAnchor, openKey } from './open.ts'
import { type AnchoredPath, findPathProblem } from './path.ts'
import type { DaneProblem } from './problem.ts'
import type { UsableTlsa } from './record.ts'

/** By which name a certificate below an authority stands for the host. */
export interface NameFound {
  readonly host: string
  /** `common-name` counts only where the certificate has no DNS name (RFC 7672 3.2.3), and nowhere but in DANE-TA. */
  readonly by: 'dns' | 'common-name'
}

export type AnchorAnswer =
  | {
      readonly kind: 'matched'
      /** Place of the authority's certificate in what the server sent; undefined where it stands in DNS alone. */
      readonly index: number | undefined
      readonly name: NameFound
    }
  | { readonly kind: 'failed'; readonly problem: DaneProblem }

/** Signatures verified with the bare keys of records. */
const maxSignatures = 100

/** Holds the certificates that one server sent against records of usage 2, DANE-TA (RFC 7671 5.2, RFC 7672 3.1.2). */
export class AnchorSearch {
  readonly #chain: readonly Link[]
  readonly #names: readonly string[]
  readonly #now: number
  readonly #paths: readonly (readonly Link[])[]
  readonly #seen = new Map<Link, Association>()
  #signatures = 0

  /** @param records all of the set: an authority that one holds in full need not be sent (RFC 7671 5.2.2) */
  constructor(records: readonly UsableTlsa[], chain: readonly Link[], names: readonly string[], now: number) {
    this.#chain = chain
    this.#names = names
    this.#now = now
    const full = records.filter(({ usage, selector, matchingType }) => usage === 2 && selector === 0 && matchingType === 0)
    const anchors = full.flatMap(({ data }) => openAnchor(data) ?? [])
    const findRoots = (name: string) => anchors.flatMap(({ subject, certificate }) => (subject === name ? certificate : []))
    const [leaf] = chain
    this.#paths = leaf?.index === 0 ? new PathFinder(chain, { findRoots }).findPaths(leaf).map(({ links }) => links) : []
  }

  judge(record: UsableTlsa): AnchorAnswer {
    const [leaf] = this.#chain
    if (leaf?.index !== 0) return failed({ kind: 'no-certificate' })
    const paths = this.#listPaths(record)
    if (paths.length === 0) return failed(this.#findAbsence(record, leaf))
    let worst: DaneProblem | undefined
    for (const path of paths) {
      const problem = findPathProblem(path, this.#now)
      if (problem) {
        worst ??= problem
        continue
      }
      const name = findName(leaf, this.#names)
      if (!name) return failed({ kind: 'name-mismatch', names: this.#names })
      return { kind: 'matched', index: path.holdsAnchor ? this.#findPlace(path.links.at(-1)) : undefined, name }
    }
    return failed(worst ?? { kind: 'anchor-apart' })
  }

  /** The ways that end at the record's authority, wherever else they would go on to. */
  #listPaths(record: UsableTlsa): readonly AnchoredPath[] {
    const found = this.#paths.flatMap((links) =>
      links.flatMap((link, height) =>
        height > 0 && this.#see(link).matches(record) ? [{ links: links.slice(0, height + 1), holdsAnchor: true }] : [],
      ),
    )
    return found.length > 0 || record.selector === 0 || record.matchingType !== 0 ? found : this.#listBarePaths(record)
  }

  /** RFC 7671 5.2.2, `2 1 0`: the authority is a key, and no certificate of it need be sent. */
  #listBarePaths({ data }: UsableTlsa): readonly AnchoredPath[] {
    const key = openKey(data)
    if (!key) return []
    const links = [...new Set(this.#paths.flat())]
    const signed = new Set(links.filter((link) => this.#signatures++ < maxSignatures && verify(link, key)))
    return this.#paths.flatMap((path) =>
      path.flatMap((link, height) => (signed.has(link) ? [{ links: path.slice(0, height + 1), holdsAnchor: false }] : [])),
    )
  }

  #findAbsence(record: UsableTlsa, leaf: Link): DaneProblem {
    if (this.#see(leaf).matches(record)) return { kind: 'anchor-is-leaf' }
    const isSent = record.matchingType === 0 || this.#chain.some((link) => this.#see(link).matches(record))
    return { kind: isSent ? 'anchor-apart' : 'anchor-missing' }
  }

  /** An authority that stands in DNS may have been sent as well. */
  #findPlace(anchor: Link | undefined): number | undefined {
    return this.#chain.find(({ facts }) => facts.sha256 === anchor?.facts.sha256)?.index
  }

  #see(link: Link): Association {
    const seen = this.#seen.get(link) ?? new Association(link.certificate.raw)
    this.#seen.set(link, seen)
    return seen
  }
}

function failed(problem: DaneProblem): AnchorAnswer {
  return { kind: 'failed', problem }
}

function verify({ certificate }: Link, key: NonNullable<ReturnType<typeof openKey>>): boolean {
  try {
    return certificate.verify(key)
  } catch {
    return false
  }
}

function findName({ facts, certificate }: Link, names: readonly string[]): NameFound | undefined {
  for (const host of names) {
    const by = standsFor(facts, host)
    // The facts leave out a DNS name that is none; the common name has no say beside it all the same.
    if (by === 'dns' || (by === 'common-name' && !certificate.subjectAltName?.includes('DNS:'))) return { host, by }
  }
  return undefined
}
