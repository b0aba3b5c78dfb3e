/** The most that a destination may be given. */
export interface DeliveryRule {
  /** At a time. */
  readonly connections: number
  readonly messagesPerConnection: number
  readonly recipientsPerTransaction: number
  /** In any hour. */
  readonly messagesPerHour: number | undefined
  /** In any minute; of a campaign alone. */
  readonly messagesPerMinute?: number
  /** Messages a day (UTC), by day from the first on which something was sent; after the last day there is no limit. */
  readonly warmUp: readonly number[]
}

/** Which destinations a rule is for. */
export type RuleMatch =
  /** By its id in the directory of mailbox providers. */
  | { readonly kind: 'provider'; readonly provider: string }
  /** A host, or all hosts below a name: `*.mail.protection.outlook.com`. */
  | { readonly kind: 'mx'; readonly pattern: string }
  /** In A-labels, lower case. */
  | { readonly kind: 'domain'; readonly domain: string }

/** A rule for all destinations that it matches, taken together; what it leaves out is as for everybody. */
export interface SharedRule {
  readonly match: RuleMatch
  readonly change: {
    readonly [Name in keyof DeliveryRule]?: DeliveryRule[Name] | undefined
  }
}

/** Limits as the user set them. */
export interface DeliveryRules {
  /** For each provider, and for each set of hosts of no provider. */
  readonly lane: DeliveryRule
  /** The first that matches counts. */
  readonly rules: readonly SharedRule[]
}
