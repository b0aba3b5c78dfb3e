/** What a domain asks of those who send to it (RFC 8461 3.2). */
export interface StsPolicy {
  /** `none` counts as if there were no policy; `testing` reports and delivers all the same (RFC 8461 5). */
  readonly mode: 'enforce' | 'testing' | 'none'
  /** Seconds from when it was fetched. */
  readonly maxAge: number
  /** Patterns of MX hosts in A-labels, lower case, without a final dot. */
  readonly mx: readonly string[]
  /** Keys that RFC 8461 does not know, in order. They mean nothing, and are kept apart. */
  readonly extensions: readonly Extension[]
}

export interface Extension {
  readonly key: string
  readonly value: string
}

/** Keys of RFC 8461 3.2. */
export const policyKeys = ['version', 'mode', 'mx', 'max_age'] as const
export type PolicyKey = (typeof policyKeys)[number]

/** RFC 8461 3.2: "maximum value of 31557600", a year. */
export const longestAge = 31_557_600

/** Why a text is no policy. Peers' text in it is cut at 100 characters, and not yet escaped. */
export type PolicyError =
  | { readonly kind: 'empty' }
  | { readonly kind: 'too-large'; readonly limit: number }
  | { readonly kind: 'not-utf8' }
  | { readonly kind: 'html' }
  | { readonly kind: 'missing'; readonly key: PolicyKey }
  | { readonly kind: 'bad-version'; readonly value: string }
  | { readonly kind: 'bad-mode'; readonly value: string }
  | { readonly kind: 'bad-max-age'; readonly value: string }
  | { readonly kind: 'bad-mx'; readonly value: string }
  | { readonly kind: 'too-many-mx'; readonly limit: number }
  | { readonly kind: 'bad-line'; readonly line: number; readonly text: string }

/** What is wrong with a policy that counts nevertheless. */
export type PolicyWarning =
  | { readonly kind: 'unknown-key'; readonly key: string; readonly meant: PolicyKey | undefined }
  /** All but the first are ignored (RFC 8461 3.2). */
  | { readonly kind: 'duplicate-key'; readonly key: PolicyKey }
  | { readonly kind: 'mx-final-dot'; readonly value: string }
  | { readonly kind: 'mx-unicode'; readonly value: string }
  /** Under `mode: none`, where hosts mean nothing (RFC 8461 8.3). */
  | { readonly kind: 'mx-unused' }
  | { readonly kind: 'max-age-zero' }
  /** Less than a day: whoever keeps a domain's mail from us for a day then makes us forget its policy (RFC 8461 10.2). */
  | { readonly kind: 'max-age-short'; readonly seconds: number }
  /** Cut to a year. To drop the policy for it would deliver in the clear to a domain that asked for more, not less. */
  | { readonly kind: 'max-age-long'; readonly value: string }
  /** Spaces before a key or its colon, blank lines: not in the grammar, and harmless. */
  | { readonly kind: 'stray-space'; readonly line: number }
