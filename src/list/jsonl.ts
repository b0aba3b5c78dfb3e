import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { explainFault } from './fault.ts'
import { maxColumns, maxRecordBytes } from './limit.ts'
import { BrokenText, type Source } from './source.ts'

/** One line of JSON Lines (jsonlines.org): a flat map of names to texts, or why it is none. */
export type JsonRecord =
  | { readonly line: number; readonly fields: ReadonlyMap<string, string> }
  | { readonly line: number; readonly text: string; readonly why: string }

/** How deep an object in an object goes; its names are joined with dots. */
const maxDepth = 4

/** The names in all lines, in the order of their first appearance: each line may leave some out. */
export async function readJsonNames(source: Source): Promise<readonly string[]> {
  const names = new Set<string>()
  for await (const batch of readJsonRecords(source)) {
    for (const record of batch) {
      if (!('fields' in record)) continue
      for (const name of record.fields.keys()) names.add(name)
      if (names.size <= maxColumns) continue
      const what = `The list has more than ${maxColumns} different fields`
      throw new SealpostError('SP_LIST_INVALID', {
        where: `${source.path}:${record.line}`,
        what,
        next: 'Leave out what is not needed.',
      })
    }
  }
  return [...names]
}

/**
 * Streams the records of a list in JSON Lines; a line that is no object is a record that says so.
 *
 * @throws SealpostError SP_LIST_INVALID with the line at fault, or what opening the file gave
 */
export async function* readJsonRecords(source: Source): AsyncGenerator<readonly JsonRecord[], void> {
  let rest = ''
  let line = 1
  const read = (text: string, ended: boolean): JsonRecord[] => {
    const records: JsonRecord[] = []
    let at = 0
    while (at < text.length) {
      const found = text.indexOf('\n', at)
      if (found < 0 && !ended) break
      const end = found < 0 ? text.length : found
      if (end - at > maxRecordBytes) break
      const content = text.slice(at, end).trim()
      if (content !== '') records.push(readLine(content, line))
      line++
      at = end + 1
    }
    rest = text.slice(at)
    if (rest.length > maxRecordBytes) {
      const what = 'The row is longer than 1 MB'
      throw new SealpostError('SP_LIST_INVALID', {
        where: `${source.path}:${line}`,
        what,
        next: 'Check that the file is JSON Lines: one object a line.',
      })
    }
    return records
  }
  try {
    for await (const chunk of source.text()) yield read(rest + chunk, false)
    yield read(rest, true)
  } catch (error) {
    if (error instanceof BrokenText) throw await explainFault(source, ',', error)
    throw error
  }
}

function readLine(content: string, line: number): JsonRecord {
  let value: unknown
  try {
    // A number of many digits is a customer's number: it must not be rounded.
    value = /\d{15}/.test(content) ? JSON.parse(content, keepDigits) : JSON.parse(content)
  } catch {
    return { line, text: content.slice(0, 500), why: 'the line is not JSON' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { line, text: content.slice(0, 500), why: 'the line is not an object of names and values' }
  const fields = new Map<string, string>()
  const why = collect(value as Record<string, unknown>, '', 1, fields)
  return why === undefined ? { line, fields } : { line, text: content.slice(0, 500), why }
}

function keepDigits(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' && context?.source !== undefined && !Number.isSafeInteger(value) ? context.source : value
}

/** Puts the values of an object into `fields`; what could not be, in words. */
function collect(
  object: Record<string, unknown>,
  prefix: string,
  depth: number,
  fields: Map<string, string>,
): string | undefined {
  if (depth > maxDepth) return `its objects go deeper than ${maxDepth}`
  for (const [key, value] of Object.entries(object)) {
    const name = `${prefix}${key}`
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const why = collect(value as Record<string, unknown>, `${name}.`, depth + 1, fields)
      if (why !== undefined) return why
      continue
    }
    const text = Array.isArray(value) ? printItems(value) : printValue(value)
    if (text === undefined) return `its field "${visible(name, 50)}" holds a list of more than plain values`
    fields.set(name, text)
  }
  return undefined
}

function printItems(items: readonly unknown[]): string | undefined {
  const texts = items.map((item) => printValue(item))
  return texts.includes(undefined) ? undefined : texts.join(', ')
}

function printValue(value: unknown): string | undefined {
  if (value === null) return ''
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}
