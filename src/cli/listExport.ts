import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { systemError } from '../errors.ts'
import { jsonLine } from '../escape.ts'
import { type Member, checkColumns, holdsFor, parseSegment, printCell } from '../list/index.ts'
import { loadSettings } from '../settings/index.ts'
import { SqliteLists, type StoredList } from '../store/index.ts'
import { type Exit, exits } from './exit.ts'

export interface ListExportArguments {
  readonly format: 'csv' | 'jsonl'
  readonly output?: string
  readonly where?: string
  readonly settings?: string
}

/** Writes a stored list out, or the part of it for which a condition holds. */
export async function runListExport(name: string, given: ListExportArguments): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  using lists = SqliteLists.open(settings.data)
  const list = lists.get(name)
  const segment = given.where === undefined ? undefined : parseSegment(given.where)
  if (segment) checkColumns(segment, list.columns)
  const print = given.format === 'csv' ? printRow : printObject
  try {
    const write = given.output === undefined ? writeOut : await openOutput(given.output)
    if (given.format === 'csv') await write(`${list.columns.map(printCell).join(',')}\r\n`)
    let block = ''
    for (const member of lists.members(list)) {
      if (segment && !holdsFor(segment, member)) continue
      block += print(member, list)
      if (block.length < 65_536) continue
      await write(block)
      block = ''
    }
    await write(block)
    await write(undefined)
  } catch (error) {
    throw given.output === undefined ? error : systemError(error, given.output, 'SP_FILE_UNWRITABLE')
  }
  return exits.fine
}

function printRow({ columns }: Member, list: StoredList): string {
  return `${list.columns.map((column) => printCell(columns[column] ?? '')).join(',')}\r\n`
}

function printObject({ columns }: Member, list: StoredList): string {
  return `${jsonLine(Object.fromEntries(list.columns.map((column) => [column, columns[column] ?? ''])))}\n`
}

/** Undefined ends it. */
type Write = (text: string | undefined) => Promise<void>

const writeOut: Write = async (text) => {
  if (text !== undefined && text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain')
}

/** A list of addresses is for its owner's eyes alone; a file that is there stays. */
async function openOutput(path: string): Promise<Write> {
  const file = await open(path, 'wx', 0o600)
  return async (text) => {
    if (text === undefined) await file.close()
    else await file.appendFile(text)
  }
}
