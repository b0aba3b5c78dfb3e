import {
  type TimestampFailureKind,
  type TimestampTerms,
  type TimestampVerification,
  maxTimestampOctets,
  verifyTimestamp,
} from '../evidence/verify/index.ts'
import { type PostTerms, post } from './post.ts'
import { makeTimestampRequest } from './timestampRequest.ts'

/** What became of asking a time-stamping authority. */
export type TimestampOutcome =
  | {
      readonly kind: 'stamped'
      readonly response: Uint8Array
      readonly timestamp: Exclude<TimestampVerification, { kind: 'failed' }>
    }
  /** What it answered is no time-stamp of this text, or of no authority that is trusted. */
  | { readonly kind: 'wrong'; readonly failure?: TimestampFailureKind; readonly why: string }
  | { readonly kind: 'unreachable'; readonly why: string }

/** Asks an authority for a time-stamp over a text (RFC 3161 3.4), and looks at what it answers. */
export async function askTimestamp(
  url: URL,
  text: string,
  authorities: TimestampTerms['authorities'],
  terms: PostTerms,
): Promise<TimestampOutcome> {
  const { der, nonce } = makeTimestampRequest(text)
  const types = { type: 'application/timestamp-query', accept: 'application/timestamp-reply' }
  const answer = await post(url, { body: der, ...types, maxOctets: maxTimestampOctets }, terms)
  if (answer.kind === 'failed') return { kind: answer.trusted ? 'unreachable' : 'wrong', why: answer.why }
  if (answer.status !== 200) return { kind: answer.status >= 500 ? 'unreachable' : 'wrong', why: `it answers ${answer.status}` }
  if (answer.type !== types.accept) return { kind: 'wrong', why: 'its answer is not of the type of a time-stamp' }
  return judgeResponse(answer.body, { text, nonce, ...(authorities ? { authorities } : {}) })
}

/** The same for an answer that somebody carried here. */
export async function judgeResponse(
  response: Uint8Array,
  terms: TimestampTerms,
): Promise<Exclude<TimestampOutcome, { kind: 'unreachable' }>> {
  const timestamp = await verifyTimestamp(response, terms)
  return timestamp.kind === 'failed' ? { ...timestamp, kind: 'wrong' } : { kind: 'stamped', response, timestamp }
}
