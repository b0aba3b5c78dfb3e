import {
  type KeyComparison,
  compareKey,
  describeComparison,
  describeNote,
  lookupKey,
  nameKeyRecord,
  printKeyRecord,
  readSigningKey,
} from '../dkim/index.ts'
import { readBoundedFile } from '../boundedFile.ts'
import { json } from '../escape.ts'
import { loadSettings } from '../settings/index.ts'
import { readDkimName } from './dkimName.ts'
import { type Exit, exits } from './exit.ts'
import { createNetwork } from './wiring.ts'

export interface DkimCheckArguments {
  readonly domain: string
  readonly selector: string
  readonly key: string
  readonly json?: boolean
  readonly settings?: string
}

/** An RSA key of 16,384 bits in PEM is a sixth of this. */
const mostKeyOctets = 100_000

/** Holds what DNS says of a key against the key itself. */
export async function runDkimCheck(given: DkimCheckArguments): Promise<Exit> {
  const name = readDkimName(given)
  const { domain, selector } = name
  const pem = await readBoundedFile(given.key, mostKeyOctets)
  const key = readSigningKey(pem?.toString() ?? '', given.key)
  const { resolver } = await createNetwork(await loadSettings(given.settings))
  const comparison = compareKey(await lookupKey(domain, selector, resolver), key)
  const wanted = printKeyRecord({ domain, selector, key })
  if (given.json) {
    const said = comparison.kind === 'matches' ? comparison.notes : []
    process.stdout.write(
      `${json({
        schema: 'sealpost/dkim-check@1',
        ...name,
        record: wanted.name,
        result: comparison,
        words: describeComparison(comparison),
        notes: said.map(describeNote),
        expected: wanted.text,
      })}\n`,
    )
  } else process.stdout.write(print(nameKeyRecord(domain, selector), comparison, wanted.text))
  return exitOf(comparison)
}

function print(name: string, comparison: KeyComparison, wanted: string): string {
  const lines = [`${name}: ${describeComparison(comparison)}`]
  if (comparison.kind === 'matches') lines.push(...comparison.notes.map((note) => `  ${describeNote(note)}`))
  else if (comparison.kind !== 'temporary') lines.push('  It should be one TXT record with this value:', `  ${wanted}`)
  return `${lines.join('\n')}\n`
}

function exitOf(comparison: KeyComparison): Exit {
  if (comparison.kind === 'temporary') return exits.untested
  // While t=y is set receivers act as if nothing was signed (RFC 6376 3.6.1).
  return comparison.kind === 'matches' && !comparison.notes.includes('testing') ? exits.fine : exits.below
}
