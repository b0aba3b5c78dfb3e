import type { KeyObject } from 'node:crypto'
import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type KeyType, type PublishedRecord, makeSigningKey, nameKeyRecord, printKeyRecord } from '../dkim/index.ts'
import { SealpostError, systemError } from '../errors.ts'
import { json } from '../escape.ts'
import { makeFolder } from '../folder.ts'
import { readDkimName } from './dkimName.ts'
import { type Exit, exits } from './exit.ts'

export interface DkimNewArguments {
  readonly domain: string
  readonly selector: string
  readonly type: KeyType | 'both'
  readonly out: string
  readonly json?: boolean
}

interface NewKey {
  readonly type: KeyType
  readonly selector: string
  readonly file: string
  readonly record: PublishedRecord
}

/** Makes keys, each in a file of its own, and tells what to publish. */
export async function runDkimNew(given: DkimNewArguments): Promise<Exit> {
  const { domain, selector } = readDkimName(given)
  // RFC 8463 4: one record a selector, so two kinds of key need two selectors.
  const plans: readonly { readonly type: KeyType; readonly selector: string }[] =
    given.type === 'both'
      ? [
          { type: 'rsa', selector },
          { type: 'ed25519', selector: readDkimName({ domain, selector: `${selector}-ed25519` }).selector },
        ]
      : [{ type: given.type, selector }]
  const planned = plans.map((plan) => ({ ...plan, file: join(given.out, `${nameKeyRecord(domain, plan.selector)}.pem`) }))
  // Seen to first, so that of two keys not one alone is made.
  for (const { file } of planned) if (existsSync(file)) throw taken(file)
  makeFolder(resolve(given.out))
  const made: NewKey[] = []
  for (const plan of planned) {
    const key = await makeSigningKey(plan.type)
    await writeKey(plan.file, key)
    made.push({ ...plan, record: printKeyRecord({ domain, selector: plan.selector, key }) })
  }
  process.stdout.write(given.json ? `${json(publish(domain, made))}\n` : print(domain, made))
  return exits.fine
}

async function writeKey(path: string, key: KeyObject): Promise<void> {
  try {
    // wx: a file that came about meanwhile is not overwritten either.
    await using file = await open(path, 'wx', 0o600)
    await file.writeFile(key.export({ type: 'pkcs8', format: 'pem' }))
    await file.sync()
  } catch (error) {
    const failure = systemError(error, path, 'SP_FILE_UNWRITABLE')
    throw failure.code === 'SP_FILE_EXISTS' ? taken(path) : failure
  }
}

function taken(file: string): SealpostError {
  return new SealpostError('SP_FILE_EXISTS', {
    where: file,
    next: 'A key in use must not be lost: take another selector, or another folder.',
  })
}

function publish(domain: string, made: readonly NewKey[]) {
  return {
    schema: 'sealpost/dkim-new@1',
    domain,
    keys: made.map(({ type, selector, file, record }) => ({ type, selector, file, record: { type: 'TXT', ...record } })),
  }
}

function print(domain: string, made: readonly NewKey[]): string {
  const parts = made.map(
    ({ file, record }) => `Key written to ${file}; nobody but you may read it.

Publish this TXT record:
  name   ${record.name}
         (many DNS panels want it without the domain: ${record.name.slice(0, -domain.length - 1)})
  value  ${record.text}

As a line of a zone file:
  ${record.zoneLine}
`,
  )
  const checks = made.map(
    ({ selector, file }) => `  sealpost dkim check --domain ${domain} --selector ${selector} --key ${quote(file)}`,
  )
  return `${parts.join('\n')}\nWhen it is published:\n${checks.join('\n')}\n`
}

/** For a shell, where it needs to be. */
function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
