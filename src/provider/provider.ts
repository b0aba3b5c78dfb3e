/** What is said of a provider's DANE or MTA-STS. It decides nothing: what the DNS says of a domain does. */
export interface Claim {
  readonly kind: 'yes' | 'no' | 'some' | 'unknown'
  /** For which of its domains, or how many. */
  readonly detail?: string
}

/** Somebody who runs the mail servers of many domains. */
export interface MailboxProvider {
  /** Stable, for machines. */
  readonly id: string
  readonly name: string
  /** Domains that its MX hosts lie in, in lower case. */
  readonly mxSuffixes: readonly string[]
  /** Domains that anybody can have an address in. */
  readonly consumerDomains: readonly string[]
  readonly dane: Claim
  readonly mtaSts: Claim
  /** What somebody who sends there should know. */
  readonly note?: string
  /** Where the facts were read; none is general knowledge. */
  readonly sources: readonly string[]
}
