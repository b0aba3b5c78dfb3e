/** Something about the certificates that a server sent, in the words of RFC 5280 and RFC 8446 4.4.2. */
export type ChainProblem = {
  /** Place in what the server sent, the leaf's is 0; undefined for the authority of our own at the end. */
  readonly index: number | undefined
  /** Whose certificate it is: the peer's text, hostile. Empty where it cannot be read. */
  readonly subject: string
} & (
  | { readonly kind: 'unreadable' }
  /** More certificates than are looked at. */
  | { readonly kind: 'too-many'; readonly count: number }
  /** Sent before. */
  | { readonly kind: 'duplicate' }
  /** Certified by one that stands before it, and by none behind. */
  | { readonly kind: 'wrong-order' }
  /** One of our authorities: whoever trusts it has it. */
  | { readonly kind: 'needless-root' }
  /** Certifies nothing on the way up from the leaf. */
  | { readonly kind: 'needless-certificate' }
  /** Its issuer is not sent, is none of ours, and can be had: `repair` are the URLs, `logged` that the authority is public. */
  | { readonly kind: 'incomplete'; readonly issuer: string; readonly repair: readonly string[]; readonly logged: boolean }
  /** Its issuer is not sent and none of ours, and nothing says whether it is missing or private. */
  | { readonly kind: 'unknown-issuer'; readonly issuer: string }
  /** The chain ends at an authority that is none of ours. */
  | { readonly kind: 'unknown-authority' }
  /** Another certificate has the name of its issuer, but its key did not sign it. */
  | { readonly kind: 'wrong-issuer'; readonly issuer: string }
  | { readonly kind: 'weak-signature'; readonly hash: string }
  | { readonly kind: 'weak-key'; readonly keyType: string; readonly keyBits: number }
  | { readonly kind: 'intermediate-expired' | 'root-expired'; readonly notAfter: string }
  | { readonly kind: 'intermediate-not-yet-valid' | 'root-not-yet-valid'; readonly notBefore: string }
  /** Certifies others, and may not. */
  | { readonly kind: 'not-a-ca'; readonly why: 'basic-constraints' | 'key-usage' }
  /** More authorities stand below it than it allows. */
  | { readonly kind: 'path-length'; readonly allowed: number; readonly below: number }
  /** An authority for other purposes than TLS servers. */
  | { readonly kind: 'wrong-purpose' }
)

/** What is said of a chain as a whole. */
export interface ChainJudgement {
  /** The authority of ours that it leads to; undefined where it leads to none. Dates are not asked here. */
  readonly anchor: string | undefined
  /** Places of the certificates that lead there, leaf first; where they lead nowhere, as far as they go. */
  readonly path: readonly number[]
  readonly problems: readonly ChainProblem[]
}
