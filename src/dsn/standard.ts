import { type Field, type Part, decodeBody, findField, parseHead, readReturned } from '../mime/read/index.ts'
import { type DeliveryReport, type MalformedReport, type RecipientStatus, actions, maxRecipients, maxReport } from './report.ts'
import { chooseStatus, parseStatus } from './status.ts'
import { parseTyped, readMailbox } from './typed.ts'
import { decodeXtext } from './xtext.ts'

// RFC 6533 names the second for addresses outside ASCII.
const reportTypes = ['message/delivery-status', 'message/global-delivery-status']

/** Reads a report of RFC 3464; undefined where the message is none. */
export function readStandard(root: Part): DeliveryReport | MalformedReport | undefined {
  // RFC 6522 3: report-type says which; some leave it out, and the part within tells as well.
  if (root.type !== 'multipart/report') return undefined
  const part = root.parts.find(({ type }) => reportTypes.includes(type))
  if (!part) return undefined
  const content = decodeBody(part)
  if (!content) return { kind: 'malformed', why: 'the report is in an encoding that nobody knows' }
  if (content.length > maxReport) return { kind: 'malformed', why: 'the report is longer than 1 MB' }
  const groups = readGroups(content)
  if (!groups) return { kind: 'malformed', why: 'the report has a group of fields beyond all measure' }
  const recipients = groups.flatMap(readRecipient)
  if (recipients.length === 0) return { kind: 'malformed', why: 'the report names no recipient with what became of it' }
  if (recipients.length > maxRecipients)
    return { kind: 'malformed', why: `the report names more than ${maxRecipients} recipients` }
  const first = groups[0] ?? []
  const envelopeId = findField(first, 'original-envelope-id')
  return {
    kind: 'delivery-report',
    form: 'rfc3464',
    envelopeId: envelopeId === undefined ? undefined : (decodeXtext(envelopeId) ?? envelopeId),
    reportingMta: parseTyped(findField(first, 'reporting-mta'))?.value,
    recipients,
    returned: readReturned(root),
  }
}

/**
 * Groups of fields with empty lines between: the first is about the message, the others about a recipient each
 * (RFC 3464 2.1). Read as headers one after the other; undefined where one is beyond their bounds.
 */
function readGroups(content: Buffer): readonly (readonly Field[])[] | undefined {
  const groups: (readonly Field[])[] = []
  let rest = content
  while (rest.length > 0 && groups.length <= maxRecipients + 1) {
    const head = parseHead(rest)
    if (head.kind === 'unreadable') return undefined
    if (head.fields.length > 0) groups.push(head.fields)
    rest = rest.subarray(head.end)
  }
  return groups
}

/** A group without an action that we know is the message's own, or none; some write both groups without a line between. */
function readRecipient(fields: readonly Field[]): readonly RecipientStatus[] {
  // A comment may follow, as in `failed (bad address)`.
  const word = /^[a-z]+/.exec(findField(fields, 'action')?.toLowerCase() ?? '')?.[0]
  const action = actions.find((one) => one === word)
  const original = readMailbox(findField(fields, 'original-recipient'))
  const final = readMailbox(findField(fields, 'final-recipient'))
  if (!action || (original === undefined && final === undefined)) return []
  const diagnostic = findField(fields, 'diagnostic-code')
  const said = parseTyped(diagnostic)
  return [
    {
      original,
      final,
      action,
      status: chooseStatus(parseStatus(findField(fields, 'status')), said?.type === 'smtp' ? said.value : undefined),
      remoteMta: parseTyped(findField(fields, 'remote-mta'))?.value,
      diagnostic: said?.value ?? diagnostic,
      lastAttemptAt: readTime(findField(fields, 'last-attempt-date')),
      retryUntil: readTime(findField(fields, 'will-retry-until')),
    },
  ]
}

/** A date of RFC 5322 3.3. Years that no mail is from are left out: what reads it reckons with days. */
function readTime(text: string | undefined): number | undefined {
  const time = Date.parse((text ?? '').slice(0, 100).replace(/\([^)]*\)/g, ''))
  return time > 0 && time < 4_102_444_800_000 ? time : undefined
}
