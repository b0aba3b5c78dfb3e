import {
  type Shape,
  hasMembers,
  isBoolean,
  isCount,
  isHash,
  isListOf,
  isNullOr,
  isObject,
  isOneOf,
  isString,
  isTime,
  matches,
} from './shape.ts'

export type LeafKind = 'session' | 'attempt' | 'act'

/** HMAC-SHA-256, base64url: two spare bits are zero (RFC 4648 3.5). */
export const isCommitment: Shape = (value) => matches(value, /^[\w-]{42}[AEIMQUYcgkosw048]$/)
/** 16 random octets, base64url: four spare bits are zero. */
const isSessionId: Shape = (value) => matches(value, /^[\w-]{21}[AQgw]$/)

/** To whom a connection was, and on what ground. */
export const isPeer = hasMembers({
  host: isString,
  address: isString,
  policy: isString,
  reason: isString,
  policyDomain: isNullOr(isString),
  ehlo: isListOf(isString),
  sts: isNullOr(hasMembers({ id: isString, sha256: isNullOr(isHash) })),
  tlsa: isNullOr(hasMembers({ secure: isBoolean, records: isListOf(isString) })),
  rule: isNullOr(isString),
  certificate: isNullOr(isHash),
  key: isNullOr(isHash),
  chain: isListOf(isHash),
})

const head = { format: isString, kind: isString, time: isTime }

/** The members of each kind of entry, with the kinds of their values. */
export const leafShapes: Readonly<Record<LeafKind, Shape>> = {
  session: hasMembers({
    ...head,
    id: isSessionId,
    peer: (value) => isPeer(value) || isCommitment(value),
    port: isCount,
    level: isString,
    voucher: isOneOf('dane', 'sts', 'user', 'dns', null),
    verdict: isString,
    cause: isString,
    decision: isString,
    tls: isNullOr(
      hasMembers({
        version: isString,
        cipher: isString,
        group: isNullOr(isString),
        resumed: isBoolean,
        provenAt: isNullOr(isTime),
      }),
    ),
    software: isString,
  }),
  attempt: hasMembers({
    ...head,
    session: isNullOr(isSessionId),
    recipient: isCommitment,
    campaign: isCommitment,
    message: isNullOr(isCommitment),
    domain: isString,
    outcome: isOneOf('delivered', 'deferred', 'failed', 'reply-lost', 'unknown'),
    code: isNullOr(isCount),
    enhanced: isNullOr(isString),
    reply: isNullOr(isCommitment),
    octets: isNullOr(isCount),
    strength: isOneOf('observed', 'claimed', 'unknown'),
    claim: isNullOr(hasMembers({ provider: isString, event: isString, tls: isNullOr(isBoolean) })),
  }),
  act: hasMembers({
    ...head,
    act: isString,
    detail: (value) => isObject(value) && Object.values(value).every((item) => isString(item) || typeof item === 'number'),
  }),
}
