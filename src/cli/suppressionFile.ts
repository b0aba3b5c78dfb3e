import { createReadStream } from 'node:fs'
import { SealpostError, systemError } from '../errors.ts'
import { addressKey, readAddress, readList } from '../list/index.ts'

/** A row of a file that is imported: a key of the suppression list, or what is wrong with it. */
export type ImportedRow =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'invalid'; readonly line: number; readonly why: string }

/** Characters of a line of plain addresses or hashes. */
const longest = 4_096

/**
 * Reads addresses to suppress: a list (CSV), a file with an address or the SHA-256 of one on each line, or what
 * `suppression export --sha256` wrote.
 */
export async function* readSuppressions(path: string, column: string | undefined): AsyncGenerator<ImportedRow> {
  const lines = readLines(path)
  const first = await lines.next()
  await lines.return(undefined)
  const head = first.done === true ? '' : first.value
  if (column === undefined && (readLine(head).kind === 'key' || /^sha256\b/i.test(head))) {
    yield* readPlain(path)
    return
  }
  for await (const row of readList(path, column === undefined ? {} : { addressColumn: column })) {
    yield row.kind === 'invalid' ? row : { kind: 'key', key: addressKey(row.address) }
  }
}

async function* readPlain(path: string): AsyncGenerator<ImportedRow> {
  let number = 0
  for await (const line of readLines(path)) {
    number += 1
    const text = line.split(',')[0]?.trim() ?? ''
    if (text === '' || (number === 1 && text.toLowerCase() === 'sha256')) continue
    const read = readLine(text)
    yield read.kind === 'key' ? read : { kind: 'invalid', line: number, why: read.why }
  }
}

function readLine(text: string) {
  const cell = text.trim().replace(/^"(.*)"$/, '$1')
  if (/^[0-9a-f]{64}$/i.test(cell)) return { kind: 'key', key: `sha256:${cell.toLowerCase()}` } as const
  const address = readAddress(cell)
  return address.kind === 'address'
    ? ({ kind: 'key', key: addressKey(address) } as const)
    : ({ kind: 'invalid', why: address.why } as const)
}

async function* readLines(path: string): AsyncGenerator<string> {
  let rest = ''
  try {
    for await (const chunk of createReadStream(path, 'utf8')) {
      const lines = (rest + String(chunk)).split(/\r?\n/)
      rest = lines.pop() ?? ''
      yield* lines
      if (rest.length > longest)
        throw new SealpostError('SP_LIST_INVALID', { where: path, what: `A line of it is longer than ${longest} characters` })
    }
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
  if (rest !== '') yield rest
}
