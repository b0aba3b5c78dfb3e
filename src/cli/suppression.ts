import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { json, visible } from '../escape.ts'
import { addressKey, readAddress } from '../list/index.ts'
import type { Suppression, SuppressionReason } from '../queue/index.ts'
import { printCount } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { SqliteSuppressionList } from '../store/index.ts'
import { type Exit, exits } from './exit.ts'
import { readSuppressions } from './suppressionFile.ts'

interface Given {
  readonly settings?: string
  /** Of one list alone. */
  readonly list?: string
}

/** Whether somebody had taken that back before an erasure is not known any more. */
const notCounted = ' It is not counted until you say so: sealpost suppression uncounted --remove.'

/** Rows of an import that are written at once. */
const batch = 1_000

/** One line for each address and reason, as they are kept: in lower case. */
export async function runSuppressionList(given: Given & { readonly json?: boolean }): Promise<Exit> {
  using suppressions = await open(given)
  let separator = '[\n'
  for await (const row of suppressions.suppressions()) {
    if (given.json) process.stdout.write(separator + json(publish(row)))
    else
      process.stdout.write(
        `${visible(row.addressKey)}  ${row.reason}${row.list === undefined ? '' : ` (${visible(row.list, 100)})`}, ${day(row.at)}${words(row)}\n`,
      )
    separator = ',\n'
  }
  if (given.json) process.stdout.write(separator === '[\n' ? '[]\n' : '\n]\n')
  else if (separator === '[\n') process.stdout.write('No address is suppressed.\n')
  return exits.fine
}

export async function runSuppressionAdd(addresses: readonly string[], given: Given & { readonly note?: string }): Promise<Exit> {
  const keys = addresses.map(readKey)
  using suppressions = await open(given)
  const added = await suppressions.suppress(
    keys.map((key) => makeRow(key, 'manual', 'sealpost suppression add', visible(given.note ?? ''), given.list)),
  )
  process.stdout.write(`${printCount(added, 'address', 'addresses')} added.${leftAsTheyWere(keys.length - added)}\n`)
  return exits.fine
}

/** What is no address is named and left out. */
export async function runSuppressionImport(path: string, given: Given & { readonly column?: string }): Promise<Exit> {
  using suppressions = await open(given)
  const tally = { rows: 0, added: 0, invalid: 0 }
  let rows: Suppression[] = []
  const flush = async (): Promise<void> => {
    tally.added += await suppressions.suppress(rows)
    rows = []
  }
  for await (const row of readSuppressions(path, given.column)) {
    if (row.kind === 'invalid') {
      tally.invalid += 1
      if (tally.invalid <= 5) process.stderr.write(`  line ${row.line} is left out: ${row.why}\n`)
      continue
    }
    tally.rows += 1
    rows.push(makeRow(row.key, 'import', visible(path, 200), '', given.list))
    if (rows.length >= batch) await flush()
  }
  await flush()
  const left = tally.invalid > 0 ? ` ${printCount(tally.invalid, 'row')} left out: no address.` : ''
  process.stdout.write(
    `${printCount(tally.added, 'address', 'addresses')} added.${leftAsTheyWere(tally.rows - tally.added)}${left}\n`,
  )
  return exits.fine
}

export async function runSuppressionRemove(addresses: readonly string[], given: Given): Promise<Exit> {
  const keys = addresses.map(readKey)
  using suppressions = await open(given)
  const known = await suppressions.isSuppressed(keys, given.list)
  const erased = given.list === undefined ? suppressions.findErased(keys) : new Set<string>()
  await suppressions.unsuppress(keys, given.list)
  for (const key of erased) await suppressions.refuseCounting(key, 'let in again after an erasure', systemClock.now())
  for (const key of keys)
    process.stdout.write(
      `${visible(key)} ${known.has(key) ? 'may get mail again.' : 'was not suppressed.'}${erased.has(key) ? notCounted : ''}\n`,
    )
  return exits.fine
}

async function open({ settings }: Given): Promise<SqliteSuppressionList> {
  return SqliteSuppressionList.open((await loadSettings(settings)).data)
}

function readKey(text: string): string {
  const address = readAddress(text)
  if (address.kind === 'address') return addressKey(address)
  throw new SealpostError('SP_ADDRESS_INVALID', { where: visible(text, 100), what: `This is no address: ${address.why}` })
}

function makeRow(key: string, reason: SuppressionReason, source: string, detail: string, list: string | undefined): Suppression {
  return { addressKey: key, list, reason, source, at: systemClock.now(), campaign: undefined, detail }
}

function leftAsTheyWere(count: number): string {
  return count > 0 ? ` ${printCount(count, 'address was', 'addresses were')} there already.` : ''
}

function publish({ addressKey, list, reason, source, at, campaign, detail }: Suppression): object {
  return {
    address: addressKey,
    list: list ?? null,
    reason,
    source,
    at: new Date(at).toISOString(),
    campaign: campaign ?? null,
    detail,
  }
}

/** Campaign and detail where there are any; what comes from outside was escaped when it was taken in. */
function words({ campaign, detail }: Suppression): string {
  return `${campaign === undefined ? '' : `, ${visible(campaign, 100)}`}${detail === '' ? '' : `: ${detail}`}`
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
