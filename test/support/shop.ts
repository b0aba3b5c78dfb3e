import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { simpleParser } from 'mailparser'
import { expect } from 'vitest'
import { currentKey, openKeys } from '../../src/keys.ts'
import { QueueReader, SqliteTrackingLedger } from '../../src/store/index.ts'
import { hashWho, personOf, tagOf, trackingKeys } from '../../src/tracking/index.ts'
import { returnPathIn } from './bounces.ts'
import { type Desk, openDesk } from './cli.ts'
import { freePort } from './freePort.ts'
import { fromFeedbackLoop, fromPostfix } from './inbound.ts'
import { Providers } from './providers.ts'
import { withServer } from './served.ts'

/** Somebody whose name, address and row are like nobody else's. */
export const ada = 'Zephyrine.Quillfeather@valid.test'
/** Address, local part, name and what else only her row has. */
export const words = [
  ada,
  'Zephyrine.Quillfeather',
  'Zephyrine Quillfeather-Ålund',
  'Quillfeather',
  'Unterwasserburg',
  '+49 5550 714 253',
]
const others = ['bob@valid.test', 'quill@valid.test', 'zephyrine@selfsigned.test']

const list = [
  'email,name,city,phone,opt-in date,consent source',
  `${ada},Zephyrine Quillfeather-Ålund,Unterwasserburg,+49 5550 714 253,2025-04-03,stand in Unterwasserburg`,
  ...others.map((address, index) => `${address},Person ${index},Berlin,+49 30 ${index},2025-04-03,web`),
  '',
].join('\n')

export const campaign = (name: string): string => `name: ${name}
list: readers
from: Shop <news@shop.example>
subject: "Hello {{ name }} of {{ city }}"
text: ./m.txt
html: ./m.html
bounces: bounces@shop.example
tracking: { clicks: true }
`

const providers = new Providers()

/** A shop with a list of readers, and nothing done yet. */
export async function openShop(): Promise<Desk> {
  const desk = await openDesk({
    keep: true,
    env: { MAILGUN_KEY: providers.mailgunKey },
    settings: `server:\n  baseUrl: https://news.shop.example\n  listen: "127.0.0.1:${await freePort()}"
claims:
  mailgun: { signingKeyEnv: MAILGUN_KEY }
  sendgrid: { publicKey: "${providers.sendgridKey}" }
`,
  })
  await desk.write('m.txt', 'Hello {{ name }}, {{ phone }}\nhttps://shop.example/a\n')
  await desk.write(
    'm.html',
    '<p>Hello {{ name }}</p><a href="https://shop.example/a">A</a><a href="{{ tracking_optout }}">No</a>',
  )
  await desk.write('readers.csv', list)
  await desk.write('spring.yaml', campaign('spring'))
  await desk.write('autumn.yaml', campaign('autumn'))
  return desk
}

/** Runs a command that must be fine; what it says. */
export async function fine(desk: Desk, ...line: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await desk.run(...line)
  expect({ line, exit, stderr: exit === 0 ? '' : stderr }).toEqual({ line, exit: 0, stderr: '' })
  return stdout
}

export const dataOf = (desk: Desk): string => join(desk.folder, 'data')

/** A campaign that was sent, another that waits, and all that came of them. `copy.db` is a copy of the queue from before that. */
export async function live(desk: Desk): Promise<void> {
  await fine(desk, 'list', 'import', 'readers.csv', '--name', 'readers', '--commit')
  await fine(desk, 'list', 'import', 'readers.csv', '--name', 'friends', '--commit')
  await desk.run('preflight', 'spring.yaml')
  const sent = await desk.run('send', 'spring.yaml', '--force')
  expect(sent.exit, sent.stderr).toBeLessThan(2)
  // What providers claim of it: of the first, attempts lead to the next; the second is not in the copy of the queue that is put
  // back; the third waits.
  await claim(desk, 'first')
  await takeIn(desk)
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
  const autumn = await desk.run('campaign', 'schedule', 'autumn.yaml', '--at', `${tomorrow.slice(0, 16)}Z`, '--force')
  expect(autumn.exit, autumn.stderr).toBe(0)
  await fine(desk, 'queue', 'backup', 'copy.db')
  await claim(desk, 'second')
  await takeIn(desk)
  await bounce(desk)
  await follow(desk)
  await fine(desk, 'queue', 'retry', '--address', ada)
  await fine(desk, 'queue', 'drop', '--address', ada, '--yes')
  await fine(desk, 'suppression', 'add', 'eve@valid.test', '--note', `as ${ada} asked`)
  await fine(desk, 'queue', 'restore', 'copy.db', '--yes')
  await claim(desk, 'third')
  // What a server says of one, it may say to another: all that is put off together is told the same.
  edit(
    desk,
    'queue.db',
    `UPDATE delivery SET reason = '450 <${ada}> and others: later' WHERE id = ${idOf(desk, 'bob@valid.test')}`,
  )
  const both = `SELECT leaf FROM delivery WHERE id IN (${idOf(desk, ada)}, ${idOf(desk, 'bob@valid.test')})`
  const chain = `WITH RECURSIVE chain (at) AS (${both} UNION SELECT previous FROM attempt JOIN chain ON leaf = at) SELECT at FROM chain`
  edit(
    desk,
    'openings.db',
    `ATTACH 'file:${join(dataOf(desk), 'queue.db')}' AS queue; UPDATE attempt SET reply = '<${ada}> and others: queued' WHERE strength = 'observed' AND leaf IN (${chain})`,
  )
  await copyFile(join(dataOf(desk), 'queue.db'), join(dataOf(desk), 'queue.db.version2'))
}

/** Providers report on her message and on another's, in words that name her; she wants to be counted no more. */
async function claim(desk: Desk, id: string): Promise<void> {
  const [hers, other] = [await received(desk, ada), await received(desk, 'bob@valid.test')]
  const at = Date.now() / 1000
  const event = (to: string, messageId: string, words: string) => ({
    sg_event_id: `${id} ${messageId}`,
    event: 'bounce',
    email: to,
    timestamp: Math.floor(at),
    'smtp-id': `<${messageId}>`,
    reason: words,
  })
  const events = [
    event(ada, hers.messageId, `550 5.1.1 <${ada}>, Zephyrine Quillfeather-Ålund: unknown`),
    event('bob@valid.test', other.messageId, `550 5.1.1 <${ada}> and others: unknown`),
  ]
  const grid = providers.sealSendgrid(JSON.stringify(events), at)
  const gun = providers.mailgun({ id, to: ada, messageId: hers.messageId, at })
  await withServer(desk, async (ask) => {
    for (const [provider, { body, headers }] of Object.entries({ sendgrid: grid, mailgun: gun }))
      expect((await ask(`https://news.shop.example/events/${provider}`, { method: 'POST', body, headers })).status).toBe(200)
    expect((await ask(hers.optout, { method: 'POST', body: new URLSearchParams({ tracking: 'off' }) })).status).toBe(200)
  })
}

/** The next run takes the claims that wait into the evidence. */
async function takeIn(desk: Desk): Promise<void> {
  const { exit, stderr } = await desk.run('send', 'spring.yaml', '--force')
  expect(exit, stderr).toBeLessThan(2)
}

async function received(desk: Desk, to: string) {
  const message = desk.world.mailbox('valid.test').messages.find((one) => one.to.includes(to))
  const mail = await simpleParser(message?.raw ?? '')
  const optout = /https:\/\/news\.shop\.example\/t\/[\w-]+/.exec(mail.html || '')?.[0] ?? ''
  return { messageId: (mail.messageId ?? '').replace(/[<>]/g, ''), optout }
}

async function bounce(desk: Desk): Promise<void> {
  const to = await returnPathIn(dataOf(desk), idOf(desk, ada))
  const diagnostic = `452 4.2.2 <${ada}>: over quota`
  await writeFile(join(desk.folder, 'box'), fromPostfix({ to, recipient: ada, status: '4.2.2', diagnostic }))
  await writeFile(join(desk.folder, 'loop'), fromFeedbackLoop({ mailFrom: to, recipient: ada }))
  await fine(desk, 'bounces', 'read', 'box', 'loop')
}

/** What `sealpost serve` notes where links are followed. */
async function follow(desk: Desk): Promise<void> {
  const keys = await openKeys(dataOf(desk), trackingKeys)
  using reader = QueueReader.open(dataOf(desk))
  const tag = tagOf('spring', reader.campaign('spring')?.digest ?? '')
  using ledger = SqliteTrackingLedger.open(dataOf(desk))
  const who = [ada, 'bob@valid.test'].flatMap((address) => {
    const one = hashWho({ tag, person: personOf(tag, address.toLowerCase(), currentKey(keys)) }, 'click', 1, 1, keys)
    return one ? [one] : []
  })
  ledger.add([{ campaign: 'spring', tag, kind: 'click', link: 1, day: '2026-11-25', count: 5, who }], Date.now())
}

/** Of the message of the first campaign. */
export function idOf(desk: Desk, address: string): number {
  using reader = QueueReader.open(dataOf(desk))
  return reader.find({ addressKey: address.toLowerCase() })[0]?.id ?? 0
}

function edit(desk: Desk, file: string, sql: string): void {
  using database = new DatabaseSync(join(dataOf(desk), file))
  database.exec(sql)
}
