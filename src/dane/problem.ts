import type { UsableTlsa } from './record.ts'

/** Why a record does not vouch for the certificates that a server sent. */
export type DaneProblem =
  /** None was sent, or the server's own cannot be read. */
  | { readonly kind: 'no-certificate' }
  /** Usage 3: the server's certificate or key is another. */
  | { readonly kind: 'other-certificate' }
  /** Usage 2: the authority is not among the certificates sent, as it must be (RFC 7672 3.1.2). */
  | { readonly kind: 'anchor-missing' }
  /** Usage 2: the record holds the server's own certificate; usage 3 is for that. */
  | { readonly kind: 'anchor-is-leaf' }
  /** Usage 2: the authority is there, and has not certified the server's certificate. */
  | { readonly kind: 'anchor-apart' }
  /** Usage 2: from here on, the way from the server's certificate to the authority is not in order. */
  | ({ readonly kind: 'bad-path'; readonly why: PathFlaw } & Place)
  | ({ readonly kind: 'expired' | 'not-yet-valid'; readonly date: string } & Place)
  /** The certificate is for none of these names. */
  | { readonly kind: 'name-mismatch'; readonly names: readonly string[] }

interface Place {
  /** Place in what the server sent, the leaf's is 0; undefined for an authority that stands in DNS alone. */
  readonly index: number | undefined
  /** The peer's text, hostile. */
  readonly subject: string
}

export type PathFlaw =
  | 'not-a-ca'
  | 'path-length'
  | 'wrong-purpose'
  | 'weak-key'
  | 'weak-signature'
  | 'name-not-permitted'
  | 'unknown-extension'

/** A record that did not match, and why. */
export interface FailedTlsa {
  readonly record: UsableTlsa
  readonly problem: DaneProblem
}

/** How far a record came before it failed. */
const stages: readonly DaneProblem['kind'][] = [
  'no-certificate',
  'other-certificate',
  'anchor-missing',
  'anchor-apart',
  'anchor-is-leaf',
  'bad-path',
  'not-yet-valid',
  'expired',
  'name-mismatch',
]

/** The problem of the record that came farthest: the one whose mending is nearest. */
export function chooseProblem(failed: readonly FailedTlsa[]): DaneProblem {
  return failed
    .map(({ problem }) => problem)
    .reduce<DaneProblem>((best, one) => (stages.indexOf(one.kind) > stages.indexOf(best.kind) ? one : best), {
      kind: 'no-certificate',
    })
}
