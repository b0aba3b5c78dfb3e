/**
 * An auditor is handed a data folder, or unpacks one, and runs `sealpost verify` on it. Whoever made the folder wants him to
 * give up, or to read in the answer that somebody else vouched for it. So there are pipes where files belong, which never
 * open or never end; a view without end in the place of a table; and a queue beside the log which remembers just what the log
 * says now.
 */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { QueueDatabase } from '../../src/store/index.ts'
import { anAttempt, openLog } from '../support/evidence.ts'

const bin = join(import.meta.dirname, '../../bin/sealpost.js')

let folder: string
let checkpoint: { readonly size: number; readonly root: string }
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  await using log = await openLog(folder)
  log.attempt(anAttempt({}))
  await log.flush()
  ;({ checkpoint } = log)
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** Ended from outside where it never ends by itself. */
async function verify(): Promise<{ readonly exit: unknown; readonly stdout: string }> {
  try {
    const ran = await promisify(execFile)(process.execPath, [bin, 'verify', folder], { cwd: folder, timeout: 20_000 })
    return { exit: 0, stdout: ran.stdout }
  } catch (error) {
    const { code, signal, stdout } = error as { code: unknown; signal: unknown; stdout: string }
    return { exit: code ?? signal, stdout }
  }
}

/** A queue that remembers what the log says. */
async function putQueue(): Promise<void> {
  await using queue = await QueueDatabase.open(folder)
  await queue.rememberCheckpoint(checkpoint)
}

describe('whoever verifies the folder', () => {
  it('does not wait for pipes', async () => {
    for (const path of ['queue.db', 'evidence/keys']) {
      await rm(join(folder, path), { force: true })
      execFileSync('mkfifo', [join(folder, path)])
      const { exit } = await verify()
      expect([path, exit]).toEqual([path, path === 'queue.db' ? 0 : 2])
    }
  })

  it('does not wait for a queue that is made to be looked at without end', async () => {
    await putQueue()
    const queue = new DatabaseSync(join(folder, 'queue.db'))
    queue.exec(`DROP TABLE evidence; CREATE VIEW evidence AS
      WITH RECURSIVE n(size) AS (SELECT 1 UNION ALL SELECT size + 1 FROM n)
      SELECT size, '' AS root FROM n WHERE size < 0`)
    queue.close()
    expect((await verify()).exit).toBe(0)
  })

  it('is not told that a checkpoint was kept where the folder alone says so', async () => {
    expect((await verify()).stdout).not.toContain('checkpoint that was kept')
    await putQueue()
    const { exit, stdout } = await verify()
    expect(exit).toBe(0)
    expect(stdout).not.toContain('checkpoint that was kept')
    expect(stdout).toContain('The queue in the same folder remembers a checkpoint, which is part of this log.')
  })
})
