/** RFC 3207: from a plain connection to an encrypted one, and nothing else before it. */
export { type Answer, ReplyChannel } from './channel.ts'
export { type Dialer, type Endpoint, type Unreachable, dial } from './dial.ts'
export { type Hop, type HopEnd, type HopOptions, type HopRecord, type Stage, openHop } from './hop.ts'
export type { DialogueTimeouts } from './plain.ts'
export type { SecureChannel } from './secure.ts'
export type { TranscriptLine } from './transcript.ts'
