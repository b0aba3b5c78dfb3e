/**
 * The threat: whoever can write to the data folder, or mails a colleague a campaign file, puts what a terminal obeys into
 * a name: escape codes that clear the screen and write another state, a line break that forges a line, a name that is a
 * path. Or orders something in another's words: to take in a file that is no campaign and show what is in it, to begin at
 * a time that no calendar has. `control.db` several may write, and what stands in it is a stranger's text.
 */
import { execFile } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { OrderBook, QueueDatabase } from '../../src/store/index.ts'
import { type Desk, openDesk } from '../support/cli.ts'

const escape = '\u001b[2J\u001b[1;31mdone\u0007\nspring  done'
const id = '00000000-0000-4000-8000-00000000000'

// oxlint-disable-next-line no-control-regex -- what a terminal obeys is what must not get there
const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/

async function everyWord(desk: Desk): Promise<string> {
  let said = ''
  for (const words of [
    ['campaign', 'list'],
    ['campaign', 'list', '--json'],
    ['campaign', 'show', 'spring'],
    ['campaign', 'show', 'spring', '--json'],
    ['campaign', 'show', escape],
    ['campaign', 'pause', escape],
    ['campaign', 'cancel', 'spring', '--yes'],
    ['campaign', 'watch', 'spring'],
    ['campaign', 'watch', 'spring', '--json'],
  ]) {
    const { stdout, stderr } = await desk.run(...words)
    said += stdout + stderr
  }
  return said
}

it.each([
  ['escape codes and a line break', escape],
  ['a path', '../../../etc/passwd'],
  ['text turned round', 'spr\u202egni'],
  ['nothing', ' '],
])('names that no campaign file may have are refused there: %s', async (_, name) => {
  await using desk = await openDesk()
  const text = await readFile(join(desk.folder, 'campaign.yaml'), 'utf8')
  await desk.write('campaign.yaml', text.replace('name: spring', `name: ${JSON.stringify(name)}`))
  for (const words of [
    ['campaign', 'schedule', 'campaign.yaml', '--at', 'now'],
    ['campaign', 'show', 'campaign.yaml'],
    ['send', 'campaign.yaml'],
  ]) {
    const { exit, stdout, stderr } = await desk.run(...words)
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
    expect(stderr).not.toMatch(obeyed)
  }
  expect(await readdir(desk.folder)).not.toContain('data')
})

it('what stands in the files of the data folder does not reach a terminal as it is', { timeout: 60_000 }, async () => {
  await using desk = await openDesk({ recipients: ['p@plain.test'] })
  await desk.run('send', 'campaign.yaml')
  const data = join(desk.folder, 'data')
  using queue = new DatabaseSync(join(data, 'queue.db'))
  queue.prepare('UPDATE delivery SET reason = ?').run(escape)
  using control = new DatabaseSync(join(data, 'control.db'))
  control.prepare('INSERT INTO paused (campaign, at, by) VALUES (?, ?, ?)').run('spring', 1, escape)
  control.prepare('INSERT INTO preflight VALUES (?, ?, 1, 1, 1, 1, 1)').run(escape, escape)
  control.prepare('INSERT INTO preflight VALUES (?, ?, 1, 1, 1, 1, 1)').run('spring', escape)
  const said = await everyWord(desk)
  expect(said).not.toMatch(obeyed)
  expect(said.split('\n').filter((line) => line === 'spring  done')).toEqual([])
})

it('an order takes nothing in that is no campaign, and tells nothing of what is in it', async () => {
  await using desk = await openDesk({ recipients: ['p@valid.test'] })
  await desk.run('send', 'campaign.yaml')
  await desk.write('secret', 'root:hunter2:0:0\npassword: hunter2\n')
  using book = OrderBook.open(join(desk.folder, 'data'))
  const order = {
    at: Date.now(),
    by: escape,
    kind: 'schedule',
    campaign: escape,
    digest: 'a'.repeat(64),
    startsAt: Date.now() + 86_400_000,
    zone: escape.slice(0, 60),
  } as const
  const pipe = join(desk.folder, 'pipe')
  await promisify(execFile)('mkfifo', [pipe])
  const files = [
    pipe,
    join(desk.folder, 'secret'),
    '/dev/zero',
    '/proc/self/environ',
    desk.folder,
    'campaign.yaml\u0000',
    '/etc/shadow',
  ]
  for (const [index, file] of files.entries()) book.put({ ...order, id: `${id}${index}`, file })
  const { exit, stderr, stdout } = await desk.run('send', 'campaign.yaml')
  expect(exit).toBe(0)
  for (const index of files.keys()) expect(book.result(`${id}${index}`)).toMatchObject({ kind: 'refused' })
  expect(stderr + stdout).not.toMatch(obeyed)
  expect(stderr + stdout + JSON.stringify(files.map((_, index) => book.result(`${id}${index}`)))).not.toContain('hunter2')
  await using store = await QueueDatabase.open(join(desk.folder, 'data'))
  expect(store.campaignNames()).toEqual(['spring'])
})

it('orders on campaigns that there are not, or by names without end, do nothing', async () => {
  await using desk = await openDesk({ recipients: ['p@plain.test'] })
  await desk.run('send', 'campaign.yaml')
  using book = OrderBook.open(join(desk.folder, 'data'))
  const common = { at: Date.now(), by: 'x' }
  for (const [index, campaign] of ['autumn', escape, "spring' OR 1=1 --"].entries())
    book.put({ ...common, id: `${id}${index}`, kind: 'cancel', campaign })
  using control = new DatabaseSync(join(desk.folder, 'data', 'control.db'))
  const raw = { ...common, id: `${id}9`, kind: 'cancel', campaign: 'x'.repeat(100_000) }
  control.prepare('INSERT INTO orders (id, at, body) VALUES (?, ?, ?)').run(raw.id, raw.at, JSON.stringify(raw))
  const { stderr } = await desk.run('send', 'campaign.yaml')
  expect(stderr).not.toMatch(obeyed)
  for (const index of [0, 1, 2, 9]) expect(book.result(`${id}${index}`)).toMatchObject({ kind: 'refused' })
  expect(book.cancelled().size).toBe(0)
  await using store = await QueueDatabase.open(join(desk.folder, 'data'))
  expect(await store.counts('spring')).toMatchObject({ held: 1, dropped: 0 })
})
