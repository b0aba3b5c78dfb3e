/** Somebody asks to be erased while a sender has the queue in hand, and does not stop for it. */
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { OrderBook, QueueReader } from '../../../src/store/index.ts'
import { startDnsServer, startScriptedServer } from '../../../src/world/index.ts'
import { openDesk } from '../../support/cli.ts'
import { readActs } from '../../support/readLog.ts'
import { searchFolder } from '../../support/traces.ts'

vi.setConfig({ testTimeout: 120_000 })

const held = 'Zephyrine.Quillfeather@plain.test'

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

it('the sender erases them, sends them nothing, and goes on with the others', async () => {
  await using desk = await openDesk({ recipients: [held, 'bob@plain.test', 'eve@valid.test'] })
  const data = join(desk.folder, 'data')
  const sender = desk.start('send', 'campaign.yaml', '--wait')
  const count = (state: 'held' | 'sent' | 'dropped'): number => {
    try {
      using reader = QueueReader.open(data)
      return reader.list({ campaign: 'spring', state }, 10).length
    } catch {
      return 0
    }
  }
  await until(() => count('held') === 2 && count('sent') === 1)
  const erased = await desk.run('erase', held, '--yes', '--json')
  expect(erased.exit, erased.stderr).toBe(0)
  expect(JSON.parse(erased.stdout)).toMatchObject({ erased: true, messages: 1, waits: false })
  // The sender still has its files open.
  expect(await searchFolder(data, [held, 'Quillfeather'])).toEqual([])
  using book = OrderBook.open(data)
  expect(book.waiting()).toEqual([])
  expect(count('dropped')).toBe(1)
  await desk.run('queue', 'release', '--level', 'opportunistic', '--campaign', 'spring', '--yes')
  expect((await sender.done).exit).toBe(0)
  expect(desk.world.received()).toEqual({ total: 2, plaintext: 1 })
  expect((await readActs(data, 'erased')).map(({ detail }) => detail['dropped'])).toEqual([1])
  expect((await desk.run('queue', 'check')).stdout).toContain('SOUND')
  expect((await desk.run('verify', 'data')).exit).toBe(0)
})

it('a message that is in flight is waited for, and what is said of it in the end is erased with the rest', async () => {
  const slow = 'Zephyrine.Quillfeather@slow.test'
  const [reached, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  await using server = await startScriptedServer({
    dot: async () => {
      reached.resolve()
      await answer.promise
      return `250 2.0.0 <${slow}> has it\r\n`
    },
  })
  await using dns = await startDnsServer({
    'slow.test': { MX: [{ preference: 10, exchange: 'mx.slow.test' }] },
    'mx.slow.test': { A: [server.host] },
  })
  await using desk = await openDesk({ recipients: [slow, 'bob@slow.test'] })
  await desk.write(
    'slow.yaml',
    `data: ./data\nhostname: sender.example\ndns: { servers: ["${dns.host}:${dns.port}"] }\nnetwork: { allowPrivateAddresses: true, port: ${server.port} }\n`,
  )
  const data = join(desk.folder, 'data')
  const sender = desk.start('send', 'campaign.yaml', '--force', '--settings', 'slow.yaml')
  await reached.promise
  const erasing = desk.start('erase', slow, '--yes', '--settings', 'slow.yaml')
  using book = OrderBook.open(data)
  await until(() => book.waiting().length === 1)
  // It is held back from all that is to come already, and what was begun is left to come to its end.
  expect(await searchFolder(data, [slow])).not.toEqual([])
  answer.resolve()
  const { exit, stdout, stderr } = await erasing.done
  expect({ exit, stdout, stderr }).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('Erased: 1 person, 1 message.') as string,
  })
  expect((await sender.done).exit).toBe(0)
  expect(await searchFolder(data, [slow, 'Quillfeather'])).toEqual([])
  const counts = JSON.parse((await desk.run('campaign', 'show', 'spring', '--settings', 'slow.yaml', '--json')).stdout) as object
  expect(counts).toMatchObject({ counts: { total: 2, sent: 2 } })
})
