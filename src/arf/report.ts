import { type Field, type Part, decodeBody, findField, findFields, parseHead, readReturned } from '../mime/read/index.ts'

/** A report on a message that somebody complained of, or that failed a check (RFC 5965, RFC 6591). */
export interface FeedbackReport {
  readonly kind: 'feedback-report'
  /** `abuse`, `fraud`, `virus`, `not-spam`, `auth-failure`, `other` and what else there may be, lower case (RFC 5965 7.3). */
  readonly type: string
  /** The program that made it. A stranger's text, as all here. */
  readonly userAgent: string | undefined
  /** The return path of the message, without angle brackets. */
  readonly mailFrom: string | undefined
  /** To whom it was; often redacted (RFC 6590), so these may be no addresses at all. */
  readonly recipients: readonly string[]
  readonly envelopeId: string | undefined
  readonly sourceIp: string | undefined
  /** The header of the message itself, as much of it as was given back. */
  readonly returned: readonly Field[]
}

/** Reads an abuse report; undefined where the message is none. RFC 5965 2: the second part of a multipart/report. */
export function readFeedbackReport(
  root: Part,
): FeedbackReport | { readonly kind: 'malformed'; readonly why: string } | undefined {
  if (root.type !== 'multipart/report') return undefined
  const part = root.parts.find(({ type }) => type === 'message/feedback-report')
  if (!part) return undefined
  const head = parseHead(decodeBody(part) ?? Buffer.alloc(0))
  if (head.kind === 'unreadable') return { kind: 'malformed', why: head.why }
  const { fields } = head
  // RFC 5965 3.1: it stands there exactly once; two would be a report on two things.
  const types = findFields(fields, 'feedback-type')
  const type = /^[a-z0-9-]{1,40}/.exec(types[0]?.toLowerCase() ?? '')?.[0]
  if (type === undefined || types.length > 1) return { kind: 'malformed', why: 'the report does not say what it reports' }
  return {
    kind: 'feedback-report',
    type,
    userAgent: findField(fields, 'user-agent'),
    mailFrom: bare(findField(fields, 'original-mail-from')),
    recipients: findFields(fields, 'original-rcpt-to')
      .slice(0, 100)
      .map((value) => bare(value) ?? ''),
    envelopeId: findField(fields, 'original-envelope-id'),
    sourceIp: findField(fields, 'source-ip'),
    returned: readReturned(root),
  }
}

function bare(value: string | undefined): string | undefined {
  return value === undefined ? undefined : (/^<(.*)>$/s.exec(value)?.[1] ?? value).slice(0, 500)
}
