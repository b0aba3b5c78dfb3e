import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { returnPathIn } from '../../support/bounces.ts'
import { fromFeedbackLoop, fromPostfix, fromQmail } from '../../support/inbound.ts'
import { sendCampaign } from '../../support/sentCampaign.ts'

const bin = fileURLToPath(new URL('../../../bin/sealpost.js', import.meta.url))
const separator = 'From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n'

let folder: string
let paths: readonly string[]
const signed = (id: number): string => paths[id - 1] ?? ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  await writeFile(join(folder, 'sealpost.yaml'), 'data: ./data\n')
  await sendCampaign(join(folder, 'data'), ['ada@a.test', 'bob@b.test', 'Eve@e.test'], Date.UTC(2026, 10, 1))
  paths = await Promise.all([1, 2, 3].map(async (id) => returnPathIn(join(folder, 'data'), id)))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function run(...words: readonly string[]) {
  const child = spawn(process.execPath, [bin, ...words], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } })
  const out = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (out.stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (out.stderr += String(chunk)))
  const { promise, resolve } = Promise.withResolvers<{ exit: number | null; stdout: string; stderr: string }>()
  child.on('close', (exit) => {
    resolve({ exit, ...out })
  })
  return promise
}

function mbox(...messages: readonly Buffer[]): Buffer {
  return Buffer.concat(messages.flatMap((message) => [Buffer.from(separator), message, Buffer.from('\n')]))
}

const recipient = 'ada@a.test'

describe('sealpost bounces read', () => {
  it('suppresses who is gone and who complains, and does so once', async () => {
    await writeFile(
      join(folder, 'box'),
      mbox(
        fromPostfix({ to: signed(1), recipient }),
        fromFeedbackLoop({ mailFrom: signed(3), recipient: 'redacted' }),
        fromPostfix({ to: signed(2), recipient: 'bob@b.test', status: '4.2.2', diagnostic: '452 4.2.2 over quota' }),
        Buffer.from('Subject: Out of office\nAuto-Submitted: auto-replied\n\nAway\n'),
        Buffer.from('Subject: A \u001b[2Jquestion\n\nHow are you?\n'),
      ),
    )
    const first = await run('bounces', 'read', 'box')
    expect(first).toMatchObject({ exit: 0, stderr: '' })
    expect(first.stdout).toContain('ada@a.test (spring) suppressed, the address takes no mail\n  5.1.1 550 5.1.1')
    expect(first.stdout).toContain('Eve@e.test (spring) suppressed, the recipient complained')
    expect(first.stdout).toContain('bob@b.test (spring) kept, counted: 1 of 3')
    expect(first.stdout).toContain('A \\x1b[2Jquestion')
    expect(first.stdout).toContain('5 messages: 2 delivery reports, 1 complaint, 1 automatic answer, 1 of another kind')
    const list = JSON.parse((await run('suppression', 'list', '--json')).stdout)
    expect(list).toMatchObject([
      { address: 'ada@a.test', reason: 'bounce', campaign: 'spring', source: 'box:0' },
      { address: 'eve@e.test', reason: 'complaint' },
    ])
    expect((await run('bounces', 'read', 'box')).stdout).toContain('5 messages passed over that were read before.')
  })

  it('lets a person have the last word: what was read before does not suppress again', async () => {
    await writeFile(join(folder, 'one.eml'), fromQmail({ to: signed(1), recipient }))
    await run('bounces', 'read', 'one.eml')
    expect((await run('suppression', 'remove', 'ADA@a.test')).stdout).toBe('ada@a.test may get mail again.\n')
    await run('bounces', 'read', 'one.eml')
    expect((await run('suppression', 'list')).stdout).toBe('No address is suppressed.\n')
  })

  it('changes nothing in a dry run, and prints one JSON document', async () => {
    for (const name of ['new', 'cur']) await mkdir(join(folder, 'Maildir', name), { recursive: true })
    await writeFile(join(folder, 'Maildir/new/1'), fromPostfix({ to: signed(1), recipient }))
    await writeFile(join(folder, 'Maildir/cur/0:2,S'), 'Content-Type: multipart/report\n\n')
    const { exit, stdout } = await run('bounces', 'read', '--dry-run', '--json', 'Maildir')
    expect(exit).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({
      messages: [
        {
          kind: 'delivery-report',
          address: 'ada@a.test',
          campaign: 'spring',
          message: 1,
          signed: true,
          consequence: 'suppress',
          weight: 'hard',
          status: '5.1.1',
          at: '2026-11-23T10:00:00.000Z',
        },
        { kind: 'unreadable', consequence: null },
      ],
      dryRun: true,
      summary: { read: 2, suppressed: 1, unreadable: 1 },
    })
    expect(existsSync(join(folder, 'data/bounces.db'))).toBe(false)
    expect((await run('suppression', 'list', '--json')).stdout).toBe('[]\n')
  })

  it('prints a document also where there is nothing', async () => {
    await writeFile(join(folder, 'box'), '')
    expect(JSON.parse((await run('bounces', 'read', '--json', 'box')).stdout)).toMatchObject({
      messages: [],
      summary: { read: 0 },
    })
  })

  it('says what is missing', async () => {
    await writeFile(join(folder, 'box'), mbox(fromPostfix()))
    expect(await run('bounces', 'read', '--json', 'box', 'none')).toMatchObject({
      exit: 2,
      stdout: '',
      stderr: expect.stringContaining('none: The file does not exist'),
    })
    await writeFile(join(folder, 'elsewhere.yaml'), 'data: ./nowhere\n')
    const { exit, stderr } = await run('bounces', 'read', '-s', 'elsewhere.yaml', 'box')
    expect([exit, stderr]).toEqual([2, expect.stringContaining('nothing can come back')])
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  })
})

describe('sealpost suppression', () => {
  it('adds, imports, lists and removes', async () => {
    expect((await run('suppression', 'add', 'Ada@a.test', 'bob@b.test', '--note', 'by telephone')).stdout).toBe(
      '2 addresses added.\n',
    )
    expect((await run('suppression', 'add', 'ada@A.test')).stdout).toBe('0 addresses added. 1 address was there already.\n')
    await writeFile(join(folder, 'old.csv'), 'email,why\ncy@c.test,left\nnone,\nDi@d.test,left\ncy@c.test,left\n')
    const imported = await run('suppression', 'import', 'old.csv')
    expect(imported.stdout).toBe('2 addresses added. 1 address was there already. 1 row left out: no address.\n')
    expect(imported.stderr).toContain('line 3 is left out: there is no @')
    const today = new Date().toISOString().slice(0, 4)
    const lines = (await run('suppression', 'list')).stdout.trimEnd().split('\n')
    expect(lines.map((line) => line.replace(new RegExp(`${today}-\\d\\d-\\d\\d`), 'DAY'))).toEqual([
      'ada@a.test  manual, DAY: by telephone',
      'bob@b.test  manual, DAY: by telephone',
      'cy@c.test  import, DAY',
      'di@d.test  import, DAY',
    ])
    const removed = await run('suppression', 'remove', 'bob@b.test', 'zoe@z.test')
    expect(removed.stdout).toBe('bob@b.test may get mail again.\nzoe@z.test was not suppressed.\n')
    expect((await run('suppression', 'list')).stdout).not.toContain('bob')
  })

  it('takes all addresses or none', async () => {
    expect(await run('suppression', 'add', 'ada@a.test', 'nonsense')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('there is no @'),
    })
    expect((await run('suppression', 'list')).stdout).toBe('No address is suppressed.\n')
  })
})
