/** A disk that fills up stops a campaign before it does harm, and the same command goes on when there is room again. */
import { join } from 'node:path'
import { expect } from 'vitest'
import { writeCampaign } from './lab/campaign.ts'
import { mountSmallDisk } from './lab/disk.ts'
import type { Lab } from './lab/lab.ts'
import { byRecipient, readMessages } from './lab/mail.ts'
import { createWorkplace, runSealpost, sealpostCommand } from './lab/sealpost.ts'
import { testIn } from './lab/test.ts'

const test = testIn({ servers: ['postfix'] })

test('a full disk is named, nothing is half-written, and a second run completes the campaign', async ({ lab }) => {
  const disk = await mountSmallDisk(lab, '1m')
  const workplace = createWorkplace(lab, { data: join(disk.folder, 'data') })
  // Twice the disk in the list alone, which has to be kept as it was when the campaign started.
  const { file, expected } = writeCampaign(workplace, { domain: 'postfix.test', size: 1000, note: 'n'.repeat(2000) })
  const send = sealpostCommand('send', file, '--settings', workplace.settings, '--json')

  const first = await disk.run(send)
  expect(first.stderr).toMatch(/disk is full/i)
  expect(first.status).toBe(2)
  expect(await lab.server('postfix').collect()).toEqual([]) // it did not begin what it could not have finished
  const copy = join(lab.folder, 'copy')
  await disk.run(['cp', '-a', disk.folder, copy])
  expect(await findDamage(lab, copy)).toEqual('')

  await disk.resize('64m')
  const second = await disk.run(send)
  expect(second.status, second.stderr).toBe(0)
  expect(await readMessages(byRecipient(await lab.server('postfix').collect()))).toEqual(byRecipient(expected))
  const verified = await disk.run(sealpostCommand('verify', workplace.data))
  expect(verified.status, verified.stderr).toBe(0)
})

/** Looks at what a full disk left, with SQLite as Python has it, and with `verify` where there is a log already. */
async function findDamage(lab: Lab, folder: string): Promise<string> {
  const python = await lab.run(['/usr/bin/python3', '-c', checkDatabases, folder])
  const verified = await runSealpost(lab, 'verify', join(folder, 'data'))
  const intact = verified.status === 0 || /no evidence log/i.test(verified.stderr) || verified.stdout.startsWith('EMPTY')
  return python.stdout + python.stderr + (intact ? '' : verified.stdout + verified.stderr)
}

const checkDatabases = `
import pathlib, sqlite3, sys
for path in pathlib.Path(sys.argv[1]).rglob("*"):
    if path.is_file() and path.open("rb").read(15) == b"SQLite format 3":
        result = sqlite3.connect(path).execute("pragma integrity_check").fetchall()
        if result != [("ok",)]:
            print(path, result)
`
