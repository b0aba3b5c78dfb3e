import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { readAddress } from './cell.ts'
import type { Delimiter } from './limit.ts'

/** The first record of a list, read as the names of its columns. */
export interface Header {
  /** As templates name them. */
  readonly columns: readonly string[]
  /** Which of `columns` holds the address. */
  readonly addressColumn: string
}

/** The delimiter that stands most often in the first line that is not empty, quotes apart; a comma where none does. */
export function guessDelimiter(head: string): Delimiter {
  const counts: Record<Delimiter, number> = { ',': 0, ';': 0, '\t': 0 }
  let quoted = false
  for (const char of head.replace(/^\ufeff?[\r\n]*/, '')) {
    if (char === '"') quoted = !quoted
    else if (quoted) continue
    else if (char === '\n' || char === '\r') break
    else if (char in counts) counts[char as Delimiter]++
  }
  return ([',', ';', '\t'] as const).reduce((best, next) => (counts[next] > counts[best] ? next : best))
}

/**
 * Reads the names of the columns.
 *
 * @param wanted the column of addresses, where the campaign names it
 * @throws SealpostError SP_LIST_INVALID for no header or a name used twice, SP_LIST_NO_ADDRESS
 */
export function readHeader(fields: readonly string[], where: string, wanted?: string): Header {
  if (fields.some((field) => readAddress(field).kind === 'address')) {
    const what = 'The first line holds an address and not the names of the columns'
    throw new SealpostError('SP_LIST_INVALID', { where, what, next: 'Add a first line such as: email,name' })
  }
  const columns = fields.map((field, index) => nameColumn(field, index))
  for (const [index, name] of columns.entries()) {
    const first = columns.indexOf(name)
    if (first === index) continue
    const what = `Columns ${first + 1} and ${index + 1} are both named "${visible(name, 100)}"`
    throw new SealpostError('SP_LIST_INVALID', { where, what, next: 'Give each column a name of its own.' })
  }
  return { columns, addressColumn: findAddressColumn(fields, columns, where, wanted) }
}

/**
 * The name of a column as templates write it: as typed, with an underscore for each run of characters that are neither
 * letters nor digits. A column without a name gets its number.
 *
 * @example
 * ```ts
 * nameColumn(' First name ', 0) === 'First_name'
 * nameColumn('', 2) === 'column_3'
 * ```
 */
function nameColumn(field: string, index: number): string {
  const name = field
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}_]+/gu, ' ')
    .trim()
    .replaceAll(' ', '_')
  // __proto__ is the one name that an object does not keep as a value of its own.
  return name === '' || name === '__proto__' ? `column_${index + 1}` : name
}

// The surer names come first: a list with "email" and "address" has its postal addresses in the second.
const usual = [['email', 'emailaddress', 'emailadresse'], ['mail', 'mailaddress'], ['address']]

function findAddressColumn(
  fields: readonly string[],
  columns: readonly string[],
  where: string,
  wanted: string | undefined,
): string {
  const shown = `its columns are ${columns
    .slice(0, 20)
    .map((name) => visible(name, 50))
    .join(', ')}`
  if (wanted !== undefined) {
    const named = columns.find((name, index) => name === wanted || fields[index]?.trim() === wanted.trim())
    const index = fields.findIndex((field) => flatten(field) === flatten(wanted))
    const found = named ?? columns[index]
    if (found !== undefined) return found
    const what = `The list has no column "${visible(wanted, 100)}": ${shown}`
    throw new SealpostError('SP_LIST_NO_ADDRESS', { where, what, next: 'Correct addressColumn in the campaign file.' })
  }
  for (const names of usual) {
    const found = columns.filter((_, index) => names.includes(flatten(fields[index] ?? '')))
    if (found.length > 1) {
      const what = `Columns ${found.map((name) => `"${visible(name, 100)}"`).join(' and ')} could both hold the address`
      throw new SealpostError('SP_LIST_NO_ADDRESS', { where, what, next: 'Say which with addressColumn in the campaign file.' })
    }
    if (found[0] !== undefined) return found[0]
  }
  throw new SealpostError('SP_LIST_NO_ADDRESS', { where, what: `No column is named as if it held addresses: ${shown}` })
}

// E-Mail, e_mail, "email address" and EMAIL are all the same name.
function flatten(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}
