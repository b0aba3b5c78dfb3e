import { type Address, parseMailbox } from '../smtp/index.ts'

/** Why a cell is no address, and what to do about it. */
export interface CellProblem {
  readonly kind: 'invalid'
  /** One clause for a person, such as "there is no @". */
  readonly why: string
  /** One sentence. */
  readonly next: string
}

/**
 * Reads the address in a cell of a list: bare, in quotes, or after a display name, which is left aside.
 *
 * @example
 * ```ts
 * readAddress('Ada Lovelace <ada@example.org>') // { kind: 'address', text: 'ada@example.org', … }
 * readAddress('ada@b@example.org') // { kind: 'invalid', why: 'there is more than one @', next: … }
 * ```
 */
export function readAddress(cell: string): Address | CellProblem {
  const text = cell.trim()
  if (text === '') return { kind: 'invalid', why: 'there is no address', next: 'Fill it in, or delete the row.' }
  const quote = text.charAt(0)
  // "ada@example.org" is an address in quotes; "ada lovelace"@example.org is an address that begins with one.
  const bare = (quote === '"' || quote === "'") && text.length > 2 && text.endsWith(quote) ? text.slice(1, -1).trim() : text
  const mailbox = parseMailbox(bare)
  if (mailbox.kind === 'invalid') return explain(bare, mailbox.why)
  const { address } = mailbox
  // Both are allowed to a resolver, and in a list neither is what was meant.
  if (!address.domain.includes('.'))
    return { kind: 'invalid', why: 'its domain has no dot', next: 'Complete what stands after the @, as in example.org.' }
  if (bare.endsWith('.') || bare.endsWith('.>'))
    return { kind: 'invalid', why: 'it ends with a dot', next: 'Delete the dot at its end.' }
  return address
}

interface Habit {
  readonly sign: RegExp
  readonly why: string
  readonly next: string
}

/** What people and spreadsheets put where an address should be, the surest first. The signs take linear time. */
const habits: readonly Habit[] = [
  {
    sign: /^#[\p{L}/0]{1,20}[!?]?$/u,
    why: 'it is the error of a formula',
    next: 'Mend the formula in the spreadsheet, and save the sheet with its values alone.',
  },
  {
    sign: /[\r\n]/,
    why: 'a line break stands in it',
    next: 'Delete the line break; if the rest is another address, give it a row of its own.',
  },
  { sign: /[\u0000-\u001f\u007f-\u009f]/, why: 'a control character stands in it', next: 'Type the address anew.' },
  {
    sign: /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/,
    why: 'an invisible character stands in it',
    next: 'Type the address anew: it was copied together with a character that is not shown.',
  },
  { sign: /^mailto:/i, why: 'it begins with mailto:', next: 'Leave the address alone, without mailto:.' },
  {
    sign: /^[^,;/|]*@[^@,;/|]*[,;/|\s][^@]*@[^@]*$/,
    why: 'there are two addresses in it',
    next: 'Give each address a row of its own.',
  },
  { sign: /@[^@]*@/, why: 'there is more than one @', next: 'Correct the address: it has one @.' },
  { sign: /[^<"]\s+[^\s]/, why: 'a space stands in it', next: 'Delete the space, or correct the address.' },
  {
    sign: /,/,
    why: 'a comma stands in it',
    next: 'Write a dot for the comma, if that is what was meant.',
  },
]

const otherwise = 'Correct the address, or delete the row.'

function explain(text: string, why: string): CellProblem {
  const short = text.slice(0, 1000)
  const found = habits.find(({ sign }) => sign.test(short))
  // A space in a text without an @ says less than the missing @.
  if (found && (short.includes('@') || !/space|comma/.test(found.why)))
    return { kind: 'invalid', why: found.why, next: found.next }
  return {
    kind: 'invalid',
    why,
    next: why === 'there is no @' ? 'Correct the address: it has the form name@example.org.' : otherwise,
  }
}
