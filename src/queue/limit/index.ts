/** What a destination may be given: connections, messages an hour and a day, and the pace within them. */
export { CampaignLimit, type JobPace, type Rest } from './campaignLimit.ts'
export { type BookOptions, LimitBook, type Limits } from './book.ts'
export { Limit, type LimitOptions } from './limit.ts'
export type { PaceEvent } from './pace.ts'
export type { DeliveryRule, DeliveryRules, RuleMatch, SharedRule } from './rule.ts'
export type { UsageStore } from './usage.ts'
