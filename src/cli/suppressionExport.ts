import { createHash, createHmac } from 'node:crypto'
import { SealpostError } from '../errors.ts'
import { csv } from '../escape.ts'
import { currentKey, openKeys } from '../keys.ts'
import type { Suppression } from '../queue/index.ts'
import { printCount } from '../report/index.ts'
import { loadSettings, readText } from '../settings/index.ts'
import { SqliteSuppressionList } from '../store/index.ts'
import { confirmOnTerminal } from './confirm.ts'
import { type Exit, exits } from './exit.ts'

export interface ExportArguments {
  readonly settings?: string
  readonly keyed?: string
  readonly sha256?: boolean
  readonly plain?: boolean
  readonly yes?: boolean
}

/** How an address is written for others; undefined where that cannot be made of what is known. */
interface Form {
  readonly head: string
  print(addressKey: string): string | undefined
}

/** The list for others, as CSV: keyed hashes unless it is told otherwise. */
export async function runSuppressionExport(given: ExportArguments): Promise<Exit> {
  const { data } = await loadSettings(given.settings)
  if ([given.keyed !== undefined, given.sha256, given.plain].filter(Boolean).length > 1)
    throw new SealpostError('SP_USAGE', { what: '--keyed, --sha256 and --plain are three ways, of which one can be taken' })
  if (given.plain && !given.yes && !(await mayShow())) return exits.wrong
  const form = await chooseForm(given, data)
  if (given.sha256)
    process.stderr.write(
      'A plain hash of an address can be guessed: whoever has a list of addresses finds out which of them are on this one. Give it to nobody who may not know.\n',
    )
  using suppressions = SqliteSuppressionList.open(data)
  process.stdout.write(`${form.head},list,reason,since\n`)
  let left = 0
  for await (const row of suppressions.suppressions()) {
    const shown = form.print(row.addressKey)
    if (shown === undefined) left += 1
    else process.stdout.write(printRow(shown, row))
  }
  if (left > 0)
    process.stderr.write(
      `${printCount(left, 'entry was', 'entries were')} left out: only the hash of the address is known, which cannot be written in this form.\n`,
    )
  return exits.fine
}

function printRow(shown: string, { list, reason, at }: Suppression): string {
  return `${[shown, list ?? '', reason, new Date(at).toISOString()].map((cell) => csv(cell)).join(',')}\n`
}

async function mayShow(): Promise<boolean> {
  const what = 'This writes the addresses of people who want no mail, readable for everybody who gets the file'
  if (!process.stdin.isTTY) throw new SealpostError('SP_USAGE', { what, next: 'Add --yes if that is what you want.' })
  return confirmOnTerminal(`${what}. Go on? [y/N] `)
}

async function chooseForm({ keyed, sha256, plain }: ExportArguments, data: string): Promise<Form> {
  const hashed = /^(?:sha256|erased):/
  if (plain) return { head: 'email', print: (key) => (hashed.test(key) ? undefined : key) }
  if (sha256) return { head: 'sha256', print: printSha256 }
  const secret = keyed === undefined ? currentKey(await openKeys(data, 'suppression-export')) : await readKeyFile(keyed)
  return {
    head: 'hmac_sha256',
    print: (key) => (hashed.test(key) ? undefined : createHmac('sha256', secret).update(key).digest('hex')),
  }
}

function printSha256(key: string): string | undefined {
  if (key.startsWith('erased:')) return undefined
  return key.startsWith('sha256:') ? key.slice('sha256:'.length) : createHash('sha256').update(key).digest('hex')
}

/** A key that was agreed on with whoever is to read it. */
async function readKeyFile(path: string): Promise<Uint8Array> {
  const text = (await readText(path, 'SP_FILE_EMPTY')).trim()
  if (/^(?:[0-9a-f]{2}){32,64}$/i.test(text)) return Buffer.from(text, 'hex')
  throw new SealpostError('SP_KEY_INVALID', {
    where: path,
    what: 'This is not a key for an export: 64 to 128 hexadecimal digits',
    next: 'Make one with: openssl rand -hex 32',
  })
}
