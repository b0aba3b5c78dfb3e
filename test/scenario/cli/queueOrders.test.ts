/** Orders from another terminal: whoever has the queue in hand carries them out, once, whatever dies meanwhile. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { EvidenceLog } from '../../../src/evidence/index.ts'
import type { MessageOrder } from '../../../src/queue/index.ts'
import { OrderBook, QueueDatabase, QueueReader } from '../../../src/store/index.ts'
import { type Desk, openDesk } from '../../support/cli.ts'
import { readActs } from '../../support/readLog.ts'

const people = (count: number, domain: string) => Array.from({ length: count }, (_, index) => `p${index}@${domain}`)

/** Looks again and again, as a person would; a run that never comes to it ends at the time of the test. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** States of the queue beside whoever writes it; of none while there is no queue yet. */
function count(desk: Desk, state: 'held' | 'sent' | 'dropped' | 'deferred' | 'waiting'): number {
  try {
    using reader = QueueReader.open(join(desk.folder, 'data'))
    return reader.list({ campaign: 'spring', state }, 10_000).length
  } catch {
    return 0
  }
}

function openBook(desk: Desk): OrderBook {
  return OrderBook.open(join(desk.folder, 'data'))
}

function drop(filter: MessageOrder['filter'], at = Date.now()): MessageOrder {
  return { id: randomUUID(), at, by: 'maria', kind: 'drop', filter }
}

async function acts(desk: Desk): Promise<string[]> {
  return (await readActs(join(desk.folder, 'data'))).map(({ act }) => act).filter((act) => act.startsWith('messages-'))
}

/** A sender that has something held and stays. */
async function waitingSender(desk: Desk) {
  const sender = desk.start('send', 'campaign.yaml', '--wait')
  await until(() => count(desk, 'held') === 2)
  return sender
}

const recipients = [...people(2, 'plain.test'), 'ada@valid.test']

describe('while a sender runs', () => {
  it('it releases, and sends at once what was released', async () => {
    await using desk = await openDesk({ recipients })
    const sender = await waitingSender(desk)
    const released = await desk.run('queue', 'release', '--level', 'opportunistic', '--address', 'p0@plain.test', '--yes')
    expect(released).toMatchObject({ exit: 0, stdout: expect.stringContaining('1 message is released') as string })
    await until(() => desk.world.received().total === 2)
    expect(desk.world.received()).toEqual({ total: 2, plaintext: 1 })
    const dropped = await desk.run('queue', 'drop', '--domain', 'plain.test', '--yes')
    expect(dropped).toMatchObject({ exit: 0, stdout: expect.stringContaining('1 message is taken out') as string })
    // Nothing is left to wait for.
    const { exit, stderr } = await sender.done
    expect(exit).toBe(0)
    expect(stderr).toContain('1 message is released to level opportunistic (by order of')
    expect(await acts(desk)).toEqual(['messages-released', 'messages-dropped'])
    expect((await desk.run('verify', 'data')).exit).toBe(0)
  })

  it('it begins nothing new of a campaign that is paused, and goes on when told to', async () => {
    await using desk = await openDesk({ recipients: people(50, 'valid.test') })
    desk.world.dnsServer.set('valid.test', 'SERVFAIL')
    await desk.run('send', 'campaign.yaml')
    desk.world.dnsServer.set('valid.test', { MX: [{ preference: 10, exchange: 'mx.valid.test' }] })
    using book = openBook(desk)
    const pause = { id: randomUUID(), at: Date.now(), by: 'maria', kind: 'pause', campaign: 'spring' } as const
    book.put(pause)
    const sender = desk.start('send', 'campaign.yaml', '--wait', '--now')
    // It was carried out before anything was sent; others are carried out while it rests.
    const another = drop({ domain: 'nobody.test' })
    book.put(another)
    await until(() => book.result(another.id) !== undefined)
    const unknown = { ...pause, id: randomUUID(), campaign: 'no such' }
    book.put(unknown)
    await until(() => book.result(unknown.id) !== undefined)
    expect(book.result(unknown.id)).toMatchObject({ kind: 'refused' })
    expect([...book.paused().keys()]).toEqual(['spring'])
    expect(desk.world.received().total).toBe(0)
    expect(count(desk, 'deferred')).toBe(50)
    book.put({ ...pause, id: randomUUID(), kind: 'resume' })
    expect(await sender.done).toMatchObject({ exit: 0, stderr: expect.stringContaining('Campaign spring goes on.') as string })
    expect(desk.world.received().total).toBe(50)
  })

  it('two people order at once, and both are told what was done', async () => {
    await using desk = await openDesk({ recipients })
    const sender = await waitingSender(desk)
    const [one, other] = await Promise.all([
      desk.run('queue', 'fail', '--address', 'p0@plain.test', '--yes'),
      desk.run('queue', 'drop', '--address', 'p1@plain.test', '--yes'),
    ])
    expect(one.stdout).toContain('1 message is given up')
    expect(other.stdout).toContain('1 message is taken out')
    await sender.done
    expect((await acts(desk)).toSorted()).toEqual(['messages-dropped', 'messages-failed'])
  })
})

describe('killed between order and execution', () => {
  it('an order is not lost: the sender that could not come to it is killed too, and the next run carries it out', async () => {
    await using desk = await openDesk({ recipients })
    const sender = await waitingSender(desk)
    sender.child.kill('SIGSTOP')
    const command = desk.start('queue', 'drop', '--domain', 'plain.test', '--yes')
    using book = openBook(desk)
    await until(() => book.waiting().length === 1)
    command.child.kill('SIGKILL')
    await command.done
    sender.child.kill('SIGKILL')
    await sender.done
    expect(count(desk, 'held')).toBe(2)
    const next = await desk.run('send', 'campaign.yaml')
    expect(next.stderr).toContain('2 messages are taken out of the queue')
    expect(count(desk, 'dropped')).toBe(2)
    expect(book.waiting()).toEqual([])
    expect(await acts(desk)).toEqual(['messages-dropped'])
  })

  it('and not done twice: what came into the queue after it was done is not touched', async () => {
    await using desk = await openDesk({ recipients })
    await desk.run('send', 'campaign.yaml')
    using book = openBook(desk)
    const order = drop({ domain: 'plain.test' })
    book.put(order)
    {
      // As far as a process comes that is killed before it writes down what it did.
      await using store = await QueueDatabase.open(join(desk.folder, 'data'))
      expect(await store.carryOut(order, 'by hand', Date.now())).toBe(2)
      expect(await store.carryOut(order, 'by hand', Date.now())).toBe(2)
    }
    await desk.write('autumn.yaml', (await readFile(join(desk.folder, 'campaign.yaml'), 'utf8')).replace('spring', 'autumn'))
    // It is looked at before the second campaign is taken in, and again after that.
    await desk.run('send', 'autumn.yaml')
    expect(book.result(order.id)).toEqual({ kind: 'done', count: 2 })
    using reader = QueueReader.open(join(desk.folder, 'data'))
    expect(reader.list({ campaign: 'autumn', state: 'held' }, 9)).toHaveLength(2)
    expect(reader.list({ state: 'dropped' }, 9)).toHaveLength(2)
    expect(await acts(desk)).toEqual([])
  })

  it('killed when it had written the evidence and not done it yet, it says so once more, with the same order', async () => {
    await using desk = await openDesk({ recipients })
    await desk.run('send', 'campaign.yaml')
    const data = join(desk.folder, 'data')
    using book = openBook(desk)
    const order = drop({ domain: 'plain.test' })
    book.put(order)
    {
      await using store = await QueueDatabase.open(data)
      const log = await EvidenceLog.open(data, { clock: systemClock, domains: 'committed', held: store.checkpoint() })
      const detail = { order: order.id, campaign: 'spring', domains: 1, count: 2, software: 'sealpost' }
      log.act({ act: 'messages-dropped', detail })
      await log.close()
    }
    await desk.run('queue', 'retry', '--domain', 'valid.test')
    await desk.run('send', 'campaign.yaml')
    expect(count(desk, 'dropped')).toBe(2)
    expect(book.result(order.id)).toEqual({ kind: 'done', count: 2 })
    expect((await readActs(data)).filter(({ detail }) => detail['order'] === order.id)).toHaveLength(2)
  })

  it('an order that is more than a day old is not carried out, and that is said', async () => {
    await using desk = await openDesk({ recipients })
    await desk.run('send', 'campaign.yaml')
    using book = openBook(desk)
    const [old, early] = [drop({ domain: 'plain.test' }, Date.now() - 90_000_000), drop({}, Date.now() + 90_000_000)]
    book.put(old)
    book.put(early)
    expect((await desk.run('send', 'campaign.yaml')).stderr).toContain('was not carried out: it is more than a day old')
    expect(book.result(old.id)).toMatchObject({ kind: 'refused' })
    expect(book.result(early.id)).toMatchObject({ kind: 'refused' })
    expect(count(desk, 'held')).toBe(2)
  })
})

/**
 * The threat: whoever can write to the data folder writes orders. They are read as what they are, texts of a stranger:
 * nothing in them becomes SQL, a terminal's commands or a crash, and one that makes no sense stops nobody.
 */
describe('a book of orders that somebody else wrote to', () => {
  it('is read with care', async () => {
    await using desk = await openDesk({ recipients })
    await desk.run('send', 'campaign.yaml')
    openBook(desk)[Symbol.dispose]()
    const database = new DatabaseSync(join(desk.folder, 'data', 'control.db'))
    const put = database.prepare('INSERT INTO orders (id, at, body) VALUES (?, ?, ?)')
    const [id, other] = [randomUUID(), randomUUID()]
    put.run('1', 1, 'no JSON')
    put.run('2', 2, JSON.stringify(drop({ domain: 'plain.test' })))
    put.run('3', 3, `"${'x'.repeat(1_000_000)}"`)
    put.run(other, 4, JSON.stringify({ ...drop({}), id: other, filter: { "id = id OR '": '1' } }))
    put.run(id, 5, JSON.stringify({ ...drop({ campaign: "spring' OR 1=1 --\u001b[2J" }), id }))
    database.exec("INSERT INTO orders (id, at, body, result, done_at) VALUES ('4', 1, '{}', 'no JSON', 1)")
    database.close()
    const { stderr } = await desk.run('send', 'campaign.yaml')
    expect(stderr).toContain('there is no campaign named')
    expect(stderr).not.toContain('\u001b')
    using book = openBook(desk)
    expect(book.waiting()).toEqual([])
    expect(book.result('1')).toMatchObject({ kind: 'refused' })
    expect(book.result('4')).toBeUndefined()
    expect(count(desk, 'held')).toBe(2)
  })

  it('that is no database stops a sender before it does anything', async () => {
    await using desk = await openDesk({ recipients })
    await desk.run('send', 'campaign.yaml')
    await desk.write('data/control.db', 'this is no database, but long enough to be looked at. '.repeat(100))
    expect(await desk.run('send', 'campaign.yaml')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('control.db') as string,
    })
  })
})
