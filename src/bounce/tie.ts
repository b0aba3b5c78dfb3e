import { findField, findFields } from '../mime/read/index.ts'
import type { Report } from './inbound.ts'
import { readReturnPath } from './returnPath.ts'
import { readToken } from './token.ts'

/**
 * What ties a report to a message of ours. `signed`: it bears our own signature, so whoever wrote it had the message.
 * `named`: it names the message by its Message-ID, whose parts can be guessed by who has another message of the campaign.
 */
export type Tie =
  | { readonly kind: 'signed'; readonly messageId: number }
  | { readonly kind: 'named'; readonly messageId: number; readonly digest: string }
  | { readonly kind: 'none' }

/** Whom the report came to: what delivery writes on top, then what its sender wrote. */
const addressees = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'to']

/** A report bears a handful of addresses; signatures of more are not worked out. */
const maxCandidates = 50

/** Wherever the token stands, nobody but us can have made it: the first that holds counts. */
export function tieReport(report: Report, key: Uint8Array | undefined): Tie {
  const messageIds = findFields(report.returned, 'message-id').concat(findFields(report.returned, 'x-original-message-id'))
  if (key) {
    const addresses = [...addressees.flatMap((name) => findFields(report.fields, name)), ...returnPaths(report)]
    const tokens = [report.envelopeId ?? '', ...messageIds.map((id) => /^<([a-z2-7]+)@/i.exec(id)?.[1] ?? '')]
    const candidates = [
      ...addresses.flatMap(listAddresses).map((address) => readReturnPath(address, key)),
      ...tokens.map((token) => readToken(token, key)),
    ]
    const messageId = candidates.find((one) => one !== undefined)
    if (messageId !== undefined) return { kind: 'signed', messageId }
  }
  for (const id of messageIds) {
    const match = /^<([1-9]\d{0,14})\.([0-9a-f]{16})@/.exec(id)
    if (match) return { kind: 'named', messageId: Number(match[1]), digest: match[2] ?? '' }
  }
  return { kind: 'none' }
}

/** The return path of the message as it is given back (RFC 5321 4.4 has it written on delivery). */
function returnPaths({ returned, ...report }: Report): readonly string[] {
  const told = report.kind === 'feedback-report' ? report.mailFrom : undefined
  return [told ?? '', findField(returned, 'return-path') ?? '']
}

/** What may be addresses in a header's value, without a grammar: none of them counts without a signature. */
function listAddresses(value: string): readonly string[] {
  return (value.slice(0, 4096).match(/[^\s<>()",;:]+@[^\s<>()",;:]+/g) ?? []).slice(0, maxCandidates)
}
