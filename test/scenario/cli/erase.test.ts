/** Somebody asks to be erased: nothing in any file of the data folder leads to them, and everybody else is as before. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, vi } from 'vitest'
import { OpeningsReader } from '../../../src/store/index.ts'
import type { Desk } from '../../support/cli.ts'
import { readActs } from '../../support/readLog.ts'
import { ada, campaign, dataOf, fine, idOf, live, openShop, words } from '../../support/shop.ts'
import { searchFolder } from '../../support/traces.ts'

vi.setConfig({ testTimeout: 240_000 })

/** What the servers of the test say to each message. */
const queued = '250 2.6.0 OK: message queued'

/** Every row of every table that is not the person's, but for what changes with each change of a list. */
function rowsOf(desk: Desk, file: string, tables: readonly string[]): unknown {
  using database = new DatabaseSync(join(dataOf(desk), file), { readOnly: true })
  return tables.map((table) =>
    database
      .prepare(`SELECT * FROM ${table}`)
      .all()
      .map((row) => ({ ...row })),
  )
}

/** Those who were not erased, and all that is counted. */
function everybodyElse(desk: Desk): unknown {
  const her = `WHERE lower(address_key) NOT LIKE 'zephyrine.quill%' AND address_key NOT LIKE 'erased:%'`
  const ids = `(SELECT id FROM message ${her})`
  return [
    rowsOf(desk, 'queue.db', [
      `message ${her}`,
      `delivery WHERE id IN ${ids} AND reason NOT LIKE '%others: later'`,
      'domain',
      'campaign',
      'usage',
    ]),
    rowsOf(desk, 'lists.db', [`member ${her}`]),
    rowsOf(desk, 'tracking.db', ['campaign', 'tally']),
    rowsOf(desk, 'control.db', ['preflight', 'paused', 'cancelled']),
    rowsOf(desk, 'bounces.db', ['seen', `note ${her}`]),
    rowsOf(desk, 'claims.db', [`taken WHERE message = ${idOf(desk, 'bob@valid.test')}`]),
    rowsOf(desk, 'suppression.db', [`suppression ${her} AND detail = ''`]),
  ]
}

/** What the book has of orders on messages. */
function ordersOf(desk: Desk): readonly string[] {
  using database = new DatabaseSync(join(dataOf(desk), 'control.db'), { readOnly: true })
  return database
    .prepare('SELECT body FROM orders ORDER BY at')
    .all()
    .map(({ body }) => String(body))
    .filter((body) => !body.includes('"schedule"'))
}

describe('sealpost erase', () => {
  it('leaves nothing of a person in any file, and everybody else as they were', async () => {
    await using desk = await openShop()
    await live(desk)
    const data = dataOf(desk)
    // What is looked for is there before, and in each of these files.
    const before = await searchFolder(data, words)
    const files = new Set(before.map(({ file }) => file))
    for (const file of [
      'queue.db',
      'lists.db',
      'bounces.db',
      'suppression.db',
      'control.db',
      'claims.db',
      'openings.db',
      'queue.db.replaced',
      'queue.db.version2',
    ])
      expect([...files].some((one) => one === file || one === `${file}-wal`) ? '' : file).toBe('')
    expect(before.some(({ file }) => file.startsWith('evidence'))).toBe(false)
    const rest = everybodyElse(desk)
    const report = await fine(desk, 'report', 'data', '--campaign', 'spring', '--json')

    const dry = await desk.run('erase', ada, '--dry-run', '--json')
    expect(JSON.parse(dry.stdout)).toMatchObject({
      found: true,
      messages: 2,
      waiting: 1,
      lists: ['friends', 'readers'],
      // With that she is not to be counted.
      suppressions: 2,
      bounces: 2,
      // Two taken in each of two times, and two that wait.
      claims: 6,
      orders: 2,
    })
    expect(await searchFolder(data, words)).toEqual(before)

    const { exit, stdout, stderr } = await desk.run('erase', ada.toUpperCase(), '--yes')
    expect({ exit, stdout, stderr }).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('Erased: 1 person, 2 messages.') as string,
      stderr: expect.stringContaining('1 message of them waits, and will not be sent') as string,
    })
    expect(stdout).toContain('readers.csv')
    expect(stdout + stderr).not.toMatch(/quillfeather/i)
    expect(await searchFolder(data, words)).toEqual([])
    expect(everybodyElse(desk)).toEqual(rest)

    // The numbers add up, and nothing is damaged.
    const after = JSON.parse(await fine(desk, 'report', 'data', '--campaign', 'spring', '--json')) as { summary: unknown }
    expect(after.summary).toEqual((JSON.parse(report) as { summary: unknown }).summary)
    expect(await fine(desk, 'queue', 'check')).toContain('SOUND')
    expect((await desk.run('verify', 'data')).exit).toBe(0)
    const [act, ...more] = await readActs(data, 'erased')
    const { order: _, software: __, ...numbers } = act?.detail ?? {}
    expect(more).toEqual([])
    expect(numbers).toMatchObject({
      people: 1,
      messages: 2,
      dropped: 1,
      lists: 2,
      suppressions: 2,
      bounces: 2,
      claims: 6,
      links: 1,
      orders: 2,
    })
    expect(Object.values(numbers).every((one) => typeof one === 'number')).toBe(true)
    // What opened the evidence of the one message that was sent to her is gone, and that of the others is there.
    using openings = OpeningsReader.open(data)
    const attempts = [...(openings?.attempts() ?? [])]
    const own = attempts.filter(({ strength }) => strength === 'observed')
    expect(own.map(({ message, reply }) => (message ? (reply ?? 'blank') : (reply ?? 'erased'))).toSorted()).toEqual([
      queued,
      queued,
      'blank',
      'erased',
    ])
    // Nor what providers claimed of her, wherever it stands; and what they said of another named her.
    expect(attempts.filter(({ strength }) => strength === 'claimed').map(({ reply }) => reply)).toEqual(
      Array.from({ length: 6 }, () => null),
    )
    // Who ordered something of her messages is known, and of whom not.
    expect(ordersOf(desk)).toEqual([
      expect.stringMatching(/^\{"id":"[0-9a-f-]{36}","at":\d+,"by":".+","kind":"drop","filter":\{"addressKey":"\(erased\)"\}\}$/),
      expect.stringMatching(/^\{"id":"[0-9a-f-]{36}","at":\d+,"by":".+","kind":"erase"\}$/),
    ])

    // Who asks for her is told why there is nothing; exports name nobody in her place.
    expect((await desk.run('queue', 'show', ada)).stderr).toContain('was erased')
    expect(await fine(desk, 'report', 'data', '--campaign', 'spring', '--recipients', 'sent')).not.toContain('erased:')
    expect((await desk.run('erase', ada, '--dry-run')).stderr).toContain('was erased before')
    expect((await desk.run('erase', 'nobody@valid.test', '--yes')).exit).toBe(1)
  })

  it('holds back whoever was erased, from whichever file they come again', async () => {
    await using desk = await openShop()
    await live(desk)
    const data = dataOf(desk)
    await fine(desk, 'erase', ada, '--yes')

    const imported = JSON.parse(
      await fine(desk, 'list', 'import', 'readers.csv', '--name', 'readers', '--commit', '--json'),
    ) as object
    expect(imported).toMatchObject({ suppressed: 1, erased: 1, recipients: 4 })
    await desk.write('summer.yaml', campaign('summer').replace('list: readers', 'list: ./readers.csv'))
    await desk.run('send', 'summer.yaml', '--force')
    const sent = JSON.parse(await fine(desk, 'campaign', 'show', 'summer', '--json')) as { counts: object }
    expect(sent.counts).toMatchObject({ total: 3, sent: 3 })
    await fine(desk, 'suppression', 'add', ada)
    await fine(desk, 'bounces', 'read', 'box', 'loop')
    // The message of the first campaign alone.
    expect(desk.world.mailbox('valid.test').messages.filter(({ to }) => to.includes(ada))).toHaveLength(1)
    expect(await searchFolder(data, words)).toEqual([])

    // A copy that was made before is erased anew when it is put back, with what it would have been sent.
    await fine(desk, 'queue', 'restore', 'copy.db', '--yes')
    expect(await searchFolder(data, words)).toEqual([])
    expect(await fine(desk, 'queue', 'check')).toContain('SOUND')

    // A person may let them in again, in so many words.
    expect(await fine(desk, 'suppression', 'uncounted', '--add', ada)).toContain('was not counted already')
    expect(await searchFolder(data, words)).toEqual([])
    expect(await fine(desk, 'suppression', 'remove', ada)).toContain('may get mail again')
    // What she had said of being counted is not known any more: the answer that is surely no wrong is kept.
    expect(await fine(desk, 'suppression', 'uncounted')).toContain('let in again after an erasure')
    const again = JSON.parse(
      await fine(desk, 'list', 'import', 'readers.csv', '--name', 'readers', '--commit', '--json'),
    ) as object
    expect(again).toMatchObject({ suppressed: 0, erased: 0 })
  })

  it('asks, and takes nothing that it cannot read', async () => {
    await using desk = await openShop()
    await fine(desk, 'list', 'import', 'readers.csv', '--name', 'readers', '--commit')
    const asking = desk.start('erase', ada)
    asking.child.stdin?.end('no\n')
    const asked = await asking.done
    expect(asked).toMatchObject({ exit: 1, stdout: 'Nothing was changed.\n' })
    expect((await desk.run('erase')).exit).toBe(2)
    expect((await desk.run('erase', 'ada')).exit).toBe(2)
    await desk.write('people.txt', `${ada}\nno address\n`)
    expect((await desk.run('erase', '--from', 'people.txt', '--yes')).stderr).toContain('people.txt:2')
    expect(await searchFolder(dataOf(desk), words)).not.toEqual([])

    await desk.write('people.txt', `${ada}\nbob@valid.test\n`)
    // Nothing was sent: there is no queue, and no evidence.
    expect(JSON.parse(await fine(desk, 'erase', '--from', 'people.txt', '--yes', '--json'))).toMatchObject({
      people: 2,
      lists: 2,
      messages: 0,
    })
    expect(await searchFolder(dataOf(desk), [...words, 'bob@valid.test'])).toEqual([])
  })
})
