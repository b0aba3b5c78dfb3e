import { findField, findFields } from '../mime/read/index.ts'
import type { Report } from './inbound.ts'
import type { SentMessage, SentMessages } from './ledger.ts'
import { readReturnPath } from './returnPath.ts'
import { type ReturnToken, isTokenOf, readToken } from './token.ts'

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

/**
 * Wherever the token stands, nobody but us can have made it: the first that holds counts.
 *
 * @param key undefined where no message was ever given a signed return path
 */
export async function tieReport(report: Report, key: Uint8Array | undefined, messages: SentMessages): Promise<Tie> {
  const messageIds = findFields(report.returned, 'message-id').concat(findFields(report.returned, 'x-original-message-id'))
  if (key) {
    const addresses = [...addressees.flatMap((name) => findFields(report.fields, name)), ...returnPaths(report)]
    const tokens = [report.envelopeId ?? '', ...messageIds.map((id) => /^<([a-z2-7]+)@/i.exec(id)?.[1] ?? '')]
    const candidates = [
      ...addresses.flatMap(listAddresses).map((address) => readReturnPath(address)),
      ...tokens.map((token) => readToken(token)),
    ]
    for (const token of candidates) {
      const message = token && (await findSigned(token, key, messages))
      if (message) return { kind: 'signed', messageId: message.id }
    }
  }
  for (const id of messageIds) {
    const match = /^<([1-9]\d{0,14})\.([0-9a-f]{16})@/.exec(id)
    if (match) return { kind: 'named', messageId: Number(match[1]), digest: match[2] ?? '' }
  }
  return { kind: 'none' }
}

/**
 * The message that a token was made for; undefined where there is none, or its number has come to mean another one: by then
 * it says nothing of whoever stands there.
 */
export async function findSigned(token: ReturnToken, key: Uint8Array, messages: SentMessages): Promise<SentMessage | undefined> {
  const message = await messages.find(token.messageId)
  return message && isTokenOf(token, message, key) ? message : undefined
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
