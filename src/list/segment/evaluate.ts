import { parseDate } from '../date.ts'
import type { Expression, Order, Value } from './expression.ts'

type Columns = Readonly<Record<string, string>>

/** What a cell says that means no, in lower case; an empty cell does too. */
const no = new Set(['0', 'no', 'n', 'false', 'off', 'nein', 'non'])

/**
 * Whether a condition holds for a row. Texts are equal whatever their capitals. A cell that is no number is neither smaller
 * nor larger than one, and not equal to any; the same goes for dates.
 */
export function evaluate(expression: Expression, columns: Columns): boolean {
  switch (expression.kind) {
    case 'or':
      return expression.parts.some((part) => evaluate(part, columns))
    case 'and':
      return expression.parts.every((part) => evaluate(part, columns))
    case 'not':
      return !evaluate(expression.part, columns)
    case 'equal':
      return isEqual(cellOf(columns, expression.column), expression.value)
    case 'in': {
      const cell = cellOf(columns, expression.column)
      return expression.values.some((value) => isEqual(cell, value))
    }
    case 'order':
      return isOrdered(cellOf(columns, expression.column), expression.order, expression.value)
    case 'contains':
      return fold(cellOf(columns, expression.column)).includes(fold(expression.text))
    case 'empty':
      return cellOf(columns, expression.column) === ''
    case 'yes': {
      const cell = fold(cellOf(columns, expression.column))
      return cell !== '' && !no.has(cell)
    }
  }
}

function cellOf(columns: Columns, name: string): string {
  return Object.hasOwn(columns, name) ? (columns[name] ?? '').trim() : ''
}

function isEqual(cell: string, value: Value): boolean {
  switch (value.kind) {
    case 'text':
      return fold(cell) === fold(value.text)
    case 'number':
      return readNumber(cell) === value.number
    case 'date': {
      const at = readTime(cell, value)
      return at !== undefined && at === value.at
    }
  }
}

function isOrdered(cell: string, order: Order, value: Exclude<Value, { kind: 'text' }>): boolean {
  const found = value.kind === 'number' ? readNumber(cell) : readTime(cell, value)
  if (found === undefined) return false
  const bound = value.kind === 'number' ? value.number : value.at
  switch (order) {
    case '<':
      return found < bound
    case '<=':
      return found <= bound
    case '>':
      return found > bound
    case '>=':
      return found >= bound
  }
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

/** 1234.5, or 1234,5 as half of Europe writes it. */
function readNumber(cell: string): number | undefined {
  return /^[+-]?\d{1,15}(?:[.,]\d{1,15})?$/.test(cell) ? Number(cell.replace(',', '.')) : undefined
}

const dayMs = 86_400_000

/** A cell's moment, or its day where days are compared. */
function readTime(cell: string, { wholeDay }: { readonly wholeDay: boolean }): number | undefined {
  const at = parseDate(cell)
  if (typeof at !== 'number') return undefined
  return wholeDay ? Math.floor(at / dayMs) * dayMs : at
}
