/** Looks at a hop, and says what is so, how bad it is, and what to do. */
export { type CheckContext, type CheckOptions, createCheckContext } from './context.ts'
export { examine } from './examine.ts'
export { type Finding, type Severity, severities } from './finding.ts'
export { type Grade, grades } from './grade.ts'
export { type CheckResult, type HostResult, type InTheClear, describeUntried } from './result.ts'
export { domainRules, hostRules, standingRules } from './rule/index.ts'
export { type Target, parseTarget, targetOf } from './target.ts'
