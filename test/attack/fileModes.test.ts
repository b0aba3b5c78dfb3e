/**
 * A data folder was made beforehand: by an installer, a container, or somebody in a hurry, so that others on the machine can
 * look into it; and the program runs with a mask that takes nothing away. Other users must not be able to read in it whom was
 * written to, nor the keys that open the evidence, which lie in the queue beside the address.
 */
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSigningKeys } from '../../src/evidence/key/index.ts'
import {
  OrderBook,
  QueueDatabase,
  SqliteClaimBox,
  SqliteLists,
  SqliteSuppressionList,
  SqliteWitnessLedger,
} from '../../src/store/index.ts'
import { anAttempt, openLog } from '../support/evidence.ts'

let folder: string
let mask: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  await chmod(folder, 0o755)
  mask = process.umask(0)
})
afterEach(async () => {
  process.umask(mask)
  await rm(folder, { recursive: true })
})

/** Everything below the folder that others may read or write, folders that others may enter left out. */
async function exposed(): Promise<readonly string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const { mode } = await stat(path)
    if (entry.isFile() && (mode & 0o077) !== 0) found.push(`${entry.name} ${(mode & 0o777).toString(8)}`)
  }
  return found
}

it('no file that is made can be read by others, while it is open and after', async () => {
  {
    await using log = await openLog(folder)
    log.attempt(anAttempt({}))
    await log.flush()
    await openSigningKeys(folder, {})
    await using _queue = await QueueDatabase.open(folder)
    for (const kind of [OrderBook, SqliteClaimBox, SqliteLists, SqliteSuppressionList, SqliteWitnessLedger]) {
      using _file = kind.open(folder)
    }
    expect((await readdir(folder)).filter((name) => name.endsWith('.db'))).toHaveLength(8)
    expect(await exposed()).toEqual([])
  }
  expect(await exposed()).toEqual([])
})

it('one that others could read is taken from them when it is opened to be written; a group keeps what it was given', async () => {
  await mkdir(join(folder, 'keys'))
  for (const [before, after] of [
    [0o644, 0o640],
    [0o666, 0o660],
    [0o600, 0o600],
  ] as const) {
    const path = join(folder, 'control.db')
    await writeFile(path, '', { mode: before })
    using _book = OrderBook.open(folder)
    expect((await stat(path)).mode & 0o777).toBe(after)
    await rm(path)
  }
})
