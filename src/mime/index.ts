/** Messages of RFC 5322 with a text and an HTML part. */
export { checkMessage } from './check.ts'
export { type MessageParts, composeMessage } from './compose.ts'
export { type Mailbox, flattenText, refuseHeaderName } from './header.ts'
export { writeText } from './text.ts'
