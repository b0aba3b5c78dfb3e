/**
 * A disk dies, and with it `queue.db`; `keys/` comes back from a copy. The campaign is taken in once more, from a list that was
 * sorted anew meanwhile, so that each number stands for another person than it did. What was sent before is still in everybody's
 * mailbox: who follows the way out in his mail must not let somebody else go and stay himself, a link must not lead to a page
 * with another's name in it, and a mail that comes back must not silence who never had it. The same goes for who was erased:
 * what is left of the row is nobody's. None of this needs an attacker, and one who keeps old mail gets no further than anybody.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openReturnPathKey, readBounces } from '../../src/bounce/index.ts'
import { type FrozenCampaign, freezeCampaign, loadCampaign } from '../../src/campaign/index.ts'
import { createLinkedMessages } from '../../src/cli/linkedMessages.ts'
import { createSentMessages } from '../../src/cli/sentMessages.ts'
import { openSource } from '../../src/cli/source.ts'
import { createTrackedCampaigns } from '../../src/cli/trackedCampaigns.ts'
import { openKeys } from '../../src/keys.ts'
import { Pace, trackingPace } from '../../src/serve/index.ts'
import { loadSettings } from '../../src/settings/index.ts'
import { QueueDatabase, QueueReader, SqliteSuppressionList } from '../../src/store/index.ts'
import { HitCounter, trackingKeys } from '../../src/tracking/index.ts'
import { unsubscribeKeys } from '../../src/unsubscribe/index.ts'
import { createMemoryLedger, store } from '../support/bounces.ts'
import { fromFeedbackLoop, fromPostfix } from '../support/inbound.ts'
import { createServing, oneClick } from '../support/serving.ts'
import { handClock, memoryLedger, pathOf } from '../support/tracking.ts'

const day = Date.UTC(2026, 10, 25)
const people = ['ada@a.test', 'bob@a.test', 'cy@a.test']
const reversed = people.toReversed()

let folder: string
let data: string
let frozen: FrozenCampaign
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  data = join(folder, 'data')
  const write = async (name: string, text: string) => writeFile(join(folder, name), text)
  await write('sealpost.yaml', 'data: ./data\nserver:\n  baseUrl: https://news.shop.example\n')
  await write('list.csv', 'email,name\n')
  await write('m.txt', 'Hello\n{{ unsubscribe_url }}\n')
  await write(
    'm.html',
    '<a href="https://shop.example/a">A</a><a href="https://shop.example/{{ name }}">B</a><a href="{{ unsubscribe_url }}">C</a><a href="{{ tracking_optout }}">D</a>',
  )
  await write(
    'campaign.yaml',
    'name: spring\nlist: ./list.csv\nfrom: Shop <news@shop.example>\nsubject: s\ntext: ./m.txt\nhtml: ./m.html\nbounces: bounces@shop.example\nunsubscribe: { list: news }\ntracking: { clicks: true, opens: true }\n',
  )
  frozen = await freezeCampaign(await loadCampaign(join(folder, 'campaign.yaml')))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** What one recipient has in his mailbox. */
interface Mail {
  readonly fixed: string
  readonly own: string
  readonly leave: string
  readonly optout: string
  readonly picture: string
  readonly returnPath: string
}

/** Takes the campaign in and sends it; who gets which links. */
async function send(addresses: readonly string[]): Promise<ReadonlyMap<string, Mail>> {
  const settings = await loadSettings(join(folder, 'sealpost.yaml'))
  await using queue = await QueueDatabase.open(data)
  await queue.accept({ name: 'spring', digest: frozen.digest, frozen: JSON.stringify(frozen), createdAt: day }, rows(addresses))
  const domains = await queue.takeDomains('spring', day, 9)
  const { items } = await queue.lease(
    domains.map(({ id }) => id),
    9,
    day,
  )
  const source = await openSource(frozen, settings, 'sending')
  const mails = new Map<string, Mail>()
  for (const item of items) {
    const { raw, from } = await source.render(item)
    const { html } = await simpleParser(raw, { skipImageLinks: true })
    const [fixed = '', own = '', leave = '', optout = '', picture = ''] = [
      ...(html || '').matchAll(/(?:href|src)="https:\/\/news\.shop\.example([^"]*)"/g),
    ].map(([, path = '']) => path)
    mails.set(item.address, { fixed, own, leave, optout, picture, returnPath: from })
  }
  const done = { state: 'sent', nextAt: 0, reason: '250 ok', code: 250, verdict: 'valid' } as const
  const none = { class: undefined, enhanced: undefined, host: undefined, tls: undefined, leaf: undefined }
  await queue.settle(
    items.map(({ id, domainId }) => ({ id, domainId, ...done, ...none })),
    day,
  )
  return mails
}

async function* rows(addresses: readonly string[]) {
  for (const address of addresses) {
    const columns = { email: address, name: address.split('@')[0] ?? '' }
    yield { kind: 'recipient', address, addressKey: address, domain: 'a.test', columns } as const
  }
}

async function loseQueue(): Promise<void> {
  for (const name of await readdir(data)) if (name.startsWith('queue.db')) await rm(join(data, name))
}

/** What answers links and reads mailboxes, over what is in the data folder now. */
async function openServer(stack: DisposableStack) {
  const queue = stack.use(QueueReader.open(data))
  const suppressions = stack.use(SqliteSuppressionList.open(data))
  const [leaving, counting] = [await openKeys(data, unsubscribeKeys), await openKeys(data, trackingKeys)]
  const { ledger, count } = memoryLedger()
  const counter = new HitCounter(
    () => ledger,
    handClock(),
    () => undefined,
  )
  const messages = createLinkedMessages(() => queue)
  const campaigns = createTrackedCampaigns(
    () => queue,
    suppressions,
    () => day,
  )
  const serving = createServing({
    desk: { keys: async () => leaving, messages, suppressions, now: () => day },
    tracking: { desk: { keys: async () => counting, campaigns, counter }, pace: new Pace(trackingPace, () => 0) },
  })
  return {
    ask: serving.ask,
    errors: serving.errors,
    get: async (path: string) => {
      const answer = await serving.ask(path)
      return answer.headers.get('location') ?? answer.status
    },
    leave: async (path: string) => (await serving.ask(path, oneClick)).status,
    withdraw: async (path: string) =>
      (await serving.ask(path, { method: 'POST', body: new URLSearchParams({ tracking: 'off' }) })).status,
    /** Reports of each kind that came to a return path; what followed from each. */
    report: async (to: string) => {
      const box = [
        fromFeedbackLoop({ mailFrom: to, recipient: 'redacted', returned: [] }),
        fromPostfix({ to, recipient: 'other@b.test', returned: [] }),
      ]
      const key = await openReturnPathKey(data)
      const desk = { key, messages: createSentMessages(queue), ledger: createMemoryLedger(), suppressions, now: () => day }
      const followed = []
      for await (const { consequence } of readBounces(store(box), desk)) followed.push(consequence?.kind)
      return followed
    },
    counted: () => {
      counter.flush()
      return { clicks: count('click', 0), opens: count('open', 0) }
    },
    suppressed: async () => {
      const all: string[] = []
      for await (const { addressKey, reason } of suppressions.suppressions()) all.push(`${addressKey} ${reason}`)
      return all
    },
    uncounted: () => suppressions.uncounted().map(({ addressKey }) => addressKey),
  }
}

it('mail of before does nothing to who has come to stand under its numbers, and works for who kept his', async () => {
  const before = await send(people)
  await loseQueue()
  const after = await send(reversed)
  using stack = new DisposableStack()
  const server = await openServer(stack)
  for (const address of ['ada@a.test', 'cy@a.test']) {
    const mail = before.get(address)
    if (!mail) throw new Error('no mail')
    expect(await server.get(mail.leave)).toBe(404)
    expect(await server.leave(mail.leave)).toBe(404)
    expect(await server.get(mail.optout)).toBe(404)
    expect(await server.withdraw(mail.optout)).toBe(404)
    // A link with a value in it would tell one reader of another; what is the same for all leads on, and counts for nobody.
    expect(await server.get(mail.own)).toBe(404)
    expect(await server.get(mail.fixed)).toBe('https://shop.example/a')
    expect(await server.get(mail.picture)).toBe(200)
    expect(await server.report(mail.returnPath)).toEqual(['nothing', 'nothing'])
  }
  expect([await server.suppressed(), server.uncounted(), server.counted()]).toEqual([[], [], { clicks: 0, opens: 0 }])

  // In the middle of the list the number stayed, and in mail of now everything is as it was.
  for (const [address, mail] of [['bob@a.test', before.get('bob@a.test')] as const, ...after]) {
    if (!mail) throw new Error('no mail')
    expect(await server.get(mail.own)).toBe(`https://shop.example/${address.slice(0, -'@a.test'.length)}`)
    expect(await server.get(mail.picture)).toBe(200)
    expect(await server.get(mail.leave)).toBe(200)
    expect(await server.get(mail.optout)).toBe(200)
  }
  expect(server.counted()).toEqual({ clicks: 4, opens: 4 })
  expect(await server.withdraw(before.get('bob@a.test')?.optout ?? '')).toBe(200)
  expect(await server.leave(after.get('ada@a.test')?.leave ?? '')).toBe(200)
  expect(await server.report(after.get('cy@a.test')?.returnPath ?? '')).toEqual(['suppress', 'note'])
  expect(server.uncounted()).toEqual(['bob@a.test'])
  expect((await server.suppressed()).toSorted()).toEqual(['ada@a.test unsubscribe', 'cy@a.test complaint'])
  expect(server.errors).toEqual([])
})

it("the links of who was erased are nobody's, though they were followed before", async () => {
  const mail = (await send(people)).get('ada@a.test')
  if (!mail) throw new Error('no mail')
  using stack = new DisposableStack()
  const server = await openServer(stack)
  expect(await server.get(mail.own)).toBe('https://shop.example/ada')
  expect(await server.get(mail.leave)).toBe(200)
  {
    await using queue = await QueueDatabase.open(data)
    expect(await queue.eraseMessages('order', ['ada@a.test'], day)).toMatchObject({ erased: 1 })
  }
  const seen = server.counted()
  expect(await server.get(mail.leave)).toBe(404)
  expect(await server.leave(mail.leave)).toBe(404)
  expect(await server.get(`${pathOf(`https://x${mail.leave}`)}/undo`)).toBe(404)
  expect(await server.withdraw(mail.optout)).toBe(404)
  expect(await server.get(mail.own)).toBe(404)
  expect(await server.get(mail.fixed)).toBe('https://shop.example/a')
  expect(await server.get(mail.picture)).toBe(200)
  expect(await server.report(mail.returnPath)).toEqual(['nothing', 'nothing'])
  expect([await server.suppressed(), server.uncounted(), server.counted()]).toEqual([[], [], seen])
  expect(server.errors).toEqual([])
})
