import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { readAddress } from './cell.ts'
import { type Role, flattenName, guessColumns, roles } from './columnName.ts'
import { type Delimiter, maxColumns } from './limit.ts'

/** Which column has which role; `email` is always there. */
export type Mapping = Readonly<Partial<Record<Role, string>>>

/** The first record of a list, read as the names of its columns. */
export interface Header {
  /** As templates name them. */
  readonly columns: readonly string[]
  /** Which of `columns` holds the address. */
  readonly addressColumn: string
  /** The columns that mean something to us, as guessed from their names or said by a person. */
  readonly mapping: Mapping
}

const delimiters = [',', ';', '\t', '|'] as const

/** The delimiter that stands most often in the first line that is not empty, quotes apart; a comma where none does. */
export function guessDelimiter(head: string): Delimiter {
  const counts: Record<Delimiter, number> = { ',': 0, ';': 0, '\t': 0, '|': 0 }
  let quoted = false
  for (const char of head.replace(/^\ufeff?[\r\n]*/, '')) {
    if (char === '"') quoted = !quoted
    else if (quoted) continue
    else if (char === '\n' || char === '\r') break
    else if (char in counts) counts[char as Delimiter]++
  }
  return delimiters.reduce((best, next) => (counts[next] > counts[best] ? next : best))
}

/**
 * Reads the names of the columns.
 *
 * @param wanted the columns of some roles, where a person names them
 * @throws SealpostError SP_LIST_INVALID for no header or a name used twice, SP_LIST_NO_ADDRESS
 */
export function readHeader(fields: readonly string[], where: string, wanted: Mapping = {}): Header {
  if (fields.length > maxColumns) {
    const what = `The first line has ${fields.length} fields, and a list has at most ${maxColumns} columns`
    throw new SealpostError('SP_LIST_INVALID', { where, what, next: 'Leave out the columns that are not needed.' })
  }
  if (fields.some((field) => readAddress(field).kind === 'address')) {
    const what = 'The first line holds an address and not the names of the columns'
    throw new SealpostError('SP_LIST_INVALID', { where, what, next: 'Add a first line such as: email,name' })
  }
  const columns = fields.map((field, index) => nameColumn(field, index))
  const seen = new Map<string, number>()
  for (const [index, name] of columns.entries()) {
    const first = seen.get(name)
    if (first === undefined) {
      seen.set(name, index)
      continue
    }
    const what = `Columns ${first + 1} and ${index + 1} are both named "${visible(name, 100)}"`
    throw new SealpostError('SP_LIST_INVALID', { where, what, next: 'Give each column a name of its own.' })
  }
  const addressColumn = findAddressColumn(fields, columns, where, wanted.email)
  return { columns, addressColumn, mapping: { ...mapColumns(fields, columns, where, wanted), email: addressColumn } }
}

function mapColumns(fields: readonly string[], columns: readonly string[], where: string, wanted: Mapping): Mapping {
  const mapping: Partial<Record<Role, string>> = {}
  for (const role of roles) {
    if (role === 'email') continue
    const said = wanted[role]
    const [guess] = said === undefined ? guessColumns(role, fields) : []
    const column = said === undefined ? columns[guess ?? -1] : findNamed(said, fields, columns, where)
    if (column !== undefined) mapping[role] = column
  }
  return mapping
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

function findAddressColumn(
  fields: readonly string[],
  columns: readonly string[],
  where: string,
  wanted: string | undefined,
): string {
  if (wanted !== undefined) return findNamed(wanted, fields, columns, where)
  const found = guessColumns('email', fields).map((index) => columns[index] ?? '')
  if (found.length > 1) {
    const what = `Columns ${found.map((name) => `"${visible(name, 100)}"`).join(' and ')} could both hold the address`
    const next = 'Say which with addressColumn in the campaign file, or with --column.'
    throw new SealpostError('SP_LIST_NO_ADDRESS', { where, what, next })
  }
  if (found[0] !== undefined) return found[0]
  const what = `No column is named as if it held addresses: ${showColumns(columns)}`
  throw new SealpostError('SP_LIST_NO_ADDRESS', { where, what })
}

/** The column that a person means: by its name here, as it is typed there, or but for capitals and signs. */
function findNamed(wanted: string, fields: readonly string[], columns: readonly string[], where: string): string {
  const named = columns.find((name, index) => name === wanted || fields[index]?.trim() === wanted.trim())
  const found = named ?? columns[fields.findIndex((field) => flattenName(field) === flattenName(wanted))]
  if (found !== undefined) return found
  const what = `The list has no column "${visible(wanted, 100)}": ${showColumns(columns)}`
  throw new SealpostError('SP_LIST_NO_ADDRESS', {
    where,
    what,
    next: 'Correct addressColumn in the campaign file, or --column or --map.',
  })
}

function showColumns(columns: readonly string[]): string {
  const more = columns.length > 20 ? ` and ${columns.length - 20} more` : ''
  return `its columns are ${columns
    .slice(0, 20)
    .map((name) => visible(name, 50))
    .join(', ')}${more}`
}
