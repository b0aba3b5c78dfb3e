import type { CallFailure, HttpAnswer } from './call.ts'

/** Why a provider's switch could not be read or set. */
type UnreadCause =
  | CallFailure['cause']
  | 'key-refused'
  | 'not-allowed'
  | 'not-found'
  | 'rate-limited'
  | 'provider-fault'
  | 'redirected'
  | 'refused'
  | 'not-as-documented'

export interface Unread {
  readonly kind: 'unread'
  readonly cause: UnreadCause
  /** The answer's HTTP status, where there was an answer. */
  readonly status?: number
  /** When to try again, in seconds, where the provider says it. */
  readonly retryAfter?: number
  /** Node's code of what failed before there was an answer. */
  readonly code?: string
}

// AWS answers a wrong key with 403 too, and tells the two apart by name (its "common errors").
const keyErrors: ReadonlySet<string> = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'ExpiredToken',
  'ExpiredTokenException',
])

/** What an answer without a result means; undefined for one that has a result. What the provider wrote is not repeated. */
export function judgeAnswer(answer: HttpAnswer | CallFailure): Unread | undefined {
  if (answer.kind === 'failed')
    return { kind: 'unread', cause: answer.cause, ...(answer.code === '' ? {} : { code: answer.code }) }
  const { status, errorType, retryAfter } = answer
  if (status >= 200 && status < 300) return undefined
  return {
    kind: 'unread',
    cause: judgeStatus(status, errorType),
    status,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }
}

function judgeStatus(status: number, errorType: string): UnreadCause {
  if (status === 401 || keyErrors.has(errorType)) return 'key-refused'
  if (status === 403) return 'not-allowed'
  if (status === 404) return 'not-found'
  if (status === 429 || /^(?:Throttling|TooManyRequests)/.test(errorType)) return 'rate-limited'
  if (status >= 500) return 'provider-fault'
  return status >= 300 && status < 400 ? 'redirected' : 'refused'
}

/** The cause in a sentence, and what to do about it. */
export function explainUnread(unread: Unread, provider: string): string {
  const status = unread.status === undefined ? '' : ` (HTTP ${unread.status})`
  const code = unread.code === undefined ? '' : ` (${unread.code})`
  switch (unread.cause) {
    case 'unreachable':
      return `${provider} could not be reached${code}. Try again.`
    case 'untrusted':
      return `The server that answers for ${provider} has no certificate that holds${code}. The key was not sent; look at who is between you and it.`
    case 'timeout':
      return `${provider} did not answer in time. Try again.`
    case 'too-large':
      return `${provider} answered with more than such an answer may have.`
    case 'key-refused':
      return `${provider} does not take the key${status}. Make sure that it is whole, not expired, and of this region.`
    case 'not-allowed':
      return `The key is not allowed to do this at ${provider}${status}. docs/esp-policy.md says what it must be allowed to do.`
    case 'not-found':
      return `${provider} does not know it${status}. Make sure of the name and the region.`
    case 'rate-limited':
      return `${provider} takes no more calls for now${status}. Try again ${unread.retryAfter === undefined ? 'later' : `in ${unread.retryAfter} s`}.`
    case 'provider-fault':
      return `${provider} has a fault${status}. Try again later.`
    case 'redirected':
      return `${provider} sends elsewhere${status}, where the key is not taken.`
    case 'refused':
      return `${provider} refused${status}.`
    case 'not-as-documented':
      return `${provider} answered with something else than it documents, so nothing is concluded from it.`
  }
}
