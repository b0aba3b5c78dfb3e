import { hmacSha256 } from './digest.ts'
import { encodeBase64, encodeText } from './text.ts'

/** What a commitment can be to. The word is part of what is hashed: none passes for one of another kind. */
export type Committed = 'recipient' | 'campaign' | 'domain' | 'message' | 'reply' | 'peer'

/**
 * HMAC-SHA-256 under the key of one attempt or one session, base64url. Who has the key can tell whether a value is the one
 * that was committed to; who has it not can tell nothing, also where there are only few values to guess from.
 */
export async function commitTo(key: Uint8Array<ArrayBuffer>, what: Committed, value: string): Promise<string> {
  return encodeBase64(await hmacSha256(key, encodeText(`${what}\0${value}`)), 'base64url')
}
