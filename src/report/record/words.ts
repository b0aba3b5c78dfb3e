import { printCount, printNumber, printShare } from '../table.ts'
import type { SentRecord } from './document.ts'

/** The record in a few sentences. */
export function summarizeRecord({ delivered, attempts, by }: SentRecord): readonly string[] {
  const { messages, encrypted, plaintext, notKnown, claimed } = delivered
  if (messages === 0) return ['No message was delivered in this time.']
  const lines = [`${printCount(messages, 'message')} ${messages === 1 ? 'was' : 'were'} handed over.`]
  if (encrypted === messages) lines.push('Each of them travelled encrypted to the server that took it.')
  else {
    lines.push(`${printNumber(encrypted)} travelled encrypted to the server that took them (${printShare(encrypted, messages)}).`)
    if (plaintext > 0) lines.push(`${printNumber(plaintext)} travelled in plaintext: the campaign, or a person, allowed it.`)
    if (notKnown > 0) lines.push(`Of ${printNumber(notKnown)} this sender saw no connection that they were delivered over.`)
  }
  if (claimed > 0) lines.push(`${printNumber(claimed)} were delivered as a provider says; this sender did not see it.`)
  const proven = by.verdict.find(({ name }) => name === 'authenticated')?.messages ?? 0
  if (proven > 0) lines.push(`${printNumber(proven)} went to a server that proved to be the one that was meant.`)
  if (attempts.unknown > 0)
    lines.push(
      `Of ${printCount(attempts.unknown, 'attempt')} it is not known how they ended: the program was interrupted. They were made again.`,
    )
  return lines
}

/** What the record proves, and what it does not. */
export const provesWords: readonly string[] = [
  'This is what this sender saw on its own connections, and wrote down when it saw it: which server, by which name and certificate, with which encryption, and what the server answered to each message.',
  'The log is signed as a whole. Whoever holds a checkpoint of it, or had one witnessed, can tell whether anything before it was changed or taken out since. The record does not prove that what was written down was true when it was written: that is the sender’s word.',
  'It says nothing of what the receiving server did afterwards: whether it passed the message on encrypted, stored it encrypted, or whether a person read it.',
]

/** What an act has beside what it tells a person; the document has all of it. */
const forMachines: ReadonlySet<string> = new Set(['software', 'digest', 'order', 'signature'])

/** `name+id+key`: the first two say which key it is. */
function shortenKey(text: string): string {
  return text.split('+').slice(0, 2).join('+')
}

/** An act in words. */
export function describeAct({ act, detail, by }: SentRecord['acts'][number]): string {
  const particulars = Object.entries(detail)
    .filter(([key, value]) => !forMachines.has(key) && value !== 0)
    .map(([key, value]) => `${key} ${act === 'key-rotated' ? shortenKey(String(value)) : value}`)
    .join(', ')
  return `${act}${particulars === '' ? '' : `: ${particulars}`}${by === null ? '' : ` (by ${by})`}`
}

/** What stands of the log. */
export function describeLog({ evidence }: SentRecord): readonly string[] {
  switch (evidence.status) {
    case 'missing':
      return ['There is no evidence log: nothing of this can be proven.']
    case 'changed':
      return [`The evidence log does NOT verify: ${evidence.where ?? ''}, ${evidence.why ?? ''}. Do not rely on this record.`]
    case 'intact':
      return [
        `The evidence log verifies, from its first entry to the last (${printCount(evidence.entries, 'entry', 'entries')}).`,
        `Log: ${evidence.origin ?? ''}`,
        `Checkpoint: ${evidence.entries}:${evidence.root ?? ''}`,
        `Signing key (SHA-256): ${evidence.key ?? ''}`,
      ]
  }
}
