/** Messages of RFC 5322 with a text and an HTML part, and files. */
export type { Attachment } from './attachment.ts'
export { type BodyPlan, planBody } from './bodyPlan.ts'
export { checkMessage } from './check.ts'
export { type MessageParts, composeMessage } from './compose.ts'
export { type Mailbox, flattenText, refuseHeaderName } from './header.ts'
export { type FixedParts, type OwnParts, MessagePlan } from './plan.ts'
export { measureDepth } from './depth.ts'
export { flattenHtml } from './text.ts'
