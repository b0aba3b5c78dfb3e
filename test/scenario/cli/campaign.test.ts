/** The life of a campaign, with real processes: scheduled, sent by `run`, paused and ended from another terminal. */
import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { loadCampaign } from '../../../src/campaign/index.ts'
import { sendCampaigns } from '../../../src/cli/send.ts'
import { printKeyRecord } from '../../../src/dkim/index.ts'
import { loadSettings } from '../../../src/settings/index.ts'
import { OrderBook, QueueReader } from '../../../src/store/index.ts'
import { type Desk, openDesk } from '../../support/cli.ts'
import { jumpingClock } from '../../support/jumpingClock.ts'
import { verifyMail } from '../../support/signedMail.ts'
import { freePort } from '../../support/freePort.ts'
import { readActs, readLog } from '../../support/readLog.ts'

// Each has up to ten processes one after another, which take their time on a busy machine.
vi.setConfig({ testTimeout: 90_000 })

const people = (count: number, domain: string) => Array.from({ length: count }, (_, index) => `p${index}@${domain}`)

/** Looks again and again, as a person would; what never comes ends at the time of the test. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}

interface Shown {
  readonly campaign: string
  readonly state: string
  readonly startsAt: string
  readonly zone: string
  readonly digest: string
  readonly counts: Readonly<Record<string, number>> | null
  readonly paused: { readonly by: string } | null
  readonly cancelled: { readonly by: string } | null
  readonly held: readonly { readonly reason: string; readonly count: number }[]
}

async function show(desk: Desk, which = 'spring'): Promise<Shown> {
  const { stdout, stderr } = await desk.run('campaign', 'show', which, '--json')
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as Shown
}

async function acts(desk: Desk): Promise<string[]> {
  return (await readActs(join(desk.folder, 'data'))).map(({ act }) => act)
}

/** What the evidence says of campaigns that began, in their order. */
async function starts(desk: Desk): Promise<unknown[]> {
  return (await readActs(join(desk.folder, 'data'), 'campaign-started')).map(({ detail }) => detail)
}

/** States of the queue beside whoever writes it; none while there is no queue yet. */
function count(desk: Desk, state: 'sent' | 'dropped' | 'waiting' | 'deferred', campaign = 'spring'): number {
  try {
    using reader = QueueReader.open(join(desk.folder, 'data'))
    return reader.list({ campaign, state }, 10_000).length
  } catch {
    return 0
  }
}

async function writeSecond(desk: Desk, more = ''): Promise<void> {
  const text = await readFile(join(desk.folder, 'campaign.yaml'), 'utf8')
  await desk.write('autumn.yaml', `${text.replace('spring', 'autumn')}${more}`)
}

/** A sender that stays, and says so. */
async function startRun(desk: Desk) {
  const sender = desk.start('run')
  let said = ''
  sender.child.stderr?.on('data', (chunk) => (said += String(chunk)))
  await until(() => said.includes('Sending what is due'))
  return { ...sender, said: () => said }
}

describe('states', () => {
  it('draft, checked, sending, done: each follows from what there is', async () => {
    await using desk = await openDesk({ recipients: [...people(2, 'valid.test'), 'p@plain.test'] })
    expect((await desk.run('campaign', 'list')).stdout).toContain('There is no campaign')
    expect(await show(desk, 'campaign.yaml')).toMatchObject({ campaign: 'spring', state: 'draft', counts: null })
    await desk.run('send', 'campaign.yaml', '--dry-run')
    // Looking at it made no data folder, and so there is nothing to remember it in.
    expect(await show(desk, 'campaign.yaml')).toMatchObject({ state: 'draft' })
    await writeSecond(desk)
    await desk.run('send', 'campaign.yaml')
    await desk.run('send', 'autumn.yaml', '--dry-run')
    expect(await show(desk, 'autumn.yaml')).toMatchObject({ state: 'checked', counts: null })
    await desk.write('message.txt', 'Something else\n')
    expect(await show(desk, 'autumn.yaml')).toMatchObject({ state: 'draft' })
    const sending = await show(desk)
    expect(sending).toMatchObject({ state: 'sending', counts: { total: 3, sent: 2, held: 1 }, held: [{ count: 1 }] })
    await desk.run('queue', 'drop', '--campaign', 'spring', '--yes')
    expect(await show(desk)).toMatchObject({ state: 'done', counts: { sent: 2, dropped: 1 } })
    const list = JSON.parse((await desk.run('campaign', 'list', '--json')).stdout) as Shown[]
    expect(list.map(({ campaign, state }) => [campaign, state])).toEqual([
      ['spring', 'done'],
      ['autumn', 'checked'],
    ])
    expect((await desk.run('campaign', 'list')).stdout).toMatch(/spring +done +3 +2/)
    const { stdout } = await desk.run('campaign', 'show', 'spring')
    expect(stdout).toContain(`SHA-256 ${sending.digest}`)
  })

  it('a name or file that there is not is told', async () => {
    await using desk = await openDesk()
    for (const words of [
      ['campaign', 'show', 'nothing'],
      ['campaign', 'pause', 'nothing'],
      ['campaign', 'watch', 'nothing'],
      ['campaign', 'export', 'nothing'],
    ])
      expect(await desk.run(...words)).toMatchObject({ exit: 2, stdout: '' })
  })

  it('export writes what was frozen, with its digest, and no log-in', async () => {
    await using desk = await openDesk({ recipients: people(1, 'valid.test') })
    const { relay } = desk.world
    await desk.write('password', relay.password)
    await desk.write(
      'relay.yaml',
      `name: relay\nlist: ./list.csv\nfrom: news@shop.example\nsubject: Hi\ntext: ./message.txt\nroute: { relay: ${relay.host}, port: ${relay.port}, auth: { user: ${relay.user}, passwordFile: ./password } }\n`,
    )
    await desk.run('send', 'relay.yaml')
    const { stdout } = await desk.run('campaign', 'export', 'relay')
    const { digest } = await show(desk, 'relay')
    expect(JSON.parse(stdout)).toMatchObject({ name: 'relay', digest, route: { kind: 'relay' } })
    expect(stdout).not.toContain(relay.password)
    expect(stdout).not.toContain('passwordFile')
    expect(JSON.parse(stdout)).not.toHaveProperty('login')
  })
})

/** A message a second: it is not over before a person comes to it, however slow the machine. */
const slow = 'pace: { perMinute: 60 }\n'

/** Its file says no more how quickly it goes out. */
async function dropPace(desk: Desk): Promise<void> {
  await desk.write('campaign.yaml', (await readFile(join(desk.folder, 'campaign.yaml'), 'utf8')).replace(slow, ''))
}

describe('from another terminal', () => {
  it('pause keeps what is not begun, show says who paused it, and resume lets it go on', async () => {
    await using desk = await openDesk({ recipients: people(200, 'valid.test'), campaign: slow })
    const sender = desk.start('send', 'campaign.yaml')
    await until(() => count(desk, 'sent') >= 3)
    expect(await desk.run('campaign', 'pause', 'spring')).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('Campaign spring is paused') as string,
    })
    await sender.done
    const paused = await show(desk)
    expect(paused.state).toBe('paused')
    expect(paused.paused?.by).not.toBe('')
    const sent = desk.world.received().total
    expect(sent).toBeLessThan(200)
    // Nobody sends it while it rests.
    await desk.run('send', 'campaign.yaml')
    expect(desk.world.received().total).toBe(sent)
    expect((await desk.run('campaign', 'resume', 'spring')).stdout).toContain('goes on')
    await dropPace(desk)
    expect(await desk.run('send', 'campaign.yaml')).toMatchObject({ exit: 0 })
    expect(desk.world.received().total).toBe(200)
    expect((await desk.run('campaign', 'pause', 'spring')).stdout).toContain('There is nothing to pause')
  })

  it('cancel ends what was not sent, also what comes back from the wire, and the evidence says so', async () => {
    await using desk = await openDesk({ recipients: people(200, 'valid.test'), campaign: slow })
    const run = desk.start('send', 'campaign.yaml', '--wait')
    await until(() => count(desk, 'sent') >= 3)
    const { exit, stdout, stderr } = await desk.run('campaign', 'cancel', 'spring', '--yes')
    expect({ exit, stderr }).toMatchObject({ exit: 0, stderr: expect.stringContaining('This cannot be undone') as string })
    expect(stdout).toContain('Campaign spring is cancelled')
    await run.done
    const sent = desk.world.received().total
    const shown = await show(desk)
    expect(shown).toMatchObject({ state: 'cancelled', counts: { sent, dropped: 200 - sent, waiting: 0, deferred: 0 } })
    expect(shown.cancelled?.by).not.toBe('')
    expect(await acts(desk)).toContain('campaign-cancelled')
    expect((await desk.run('verify', 'data')).exit).toBe(0)
    using reader = QueueReader.open(join(desk.folder, 'data'))
    expect(reader.list({ state: 'dropped' }, 1)).toMatchObject([{ reason: 'cancelled' }])
    // It stays ended.
    expect((await desk.run('campaign', 'resume', 'spring')).stdout).toContain('it was cancelled')
    await desk.run('send', 'campaign.yaml', '--now')
    expect(desk.world.received().total).toBe(sent)
  })

  it('cancel asks, and end of input is no', async () => {
    await using desk = await openDesk({ recipients: people(2, 'plain.test') })
    await desk.run('send', 'campaign.yaml')
    const asked = desk.start('campaign', 'cancel', 'spring')
    asked.child.stdin?.end()
    expect(await asked.done).toMatchObject({ exit: 1, stdout: 'Nothing was done.\n' })
    expect(await show(desk)).toMatchObject({ state: 'sending' })
  })

  it('watch tells each change as a line, and ends with the campaign', async () => {
    await using desk = await openDesk({ recipients: people(3, 'plain.test') })
    await desk.run('send', 'campaign.yaml')
    const watching = desk.start('campaign', 'watch', 'spring', '--json')
    let seen = ''
    watching.child.stdout?.on('data', (chunk) => (seen += String(chunk)))
    await until(() => seen.includes('"state":"sending"'))
    await desk.run('campaign', 'cancel', 'spring', '--yes')
    const { exit, stdout } = await watching.done
    expect(exit).toBe(1)
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Shown)
    expect(lines.at(-1)).toMatchObject({ state: 'cancelled', counts: { dropped: 3 } })
    expect((await desk.run('campaign', 'show', 'spring', '--watch')).stdout).toContain('spring is cancelled: 0 of 3 sent')
  })
})

describe('scheduled', () => {
  it('it is taken in now and begins at its time, not before, whatever becomes of its files', async () => {
    await using desk = await openDesk({ recipients: people(3, 'valid.test'), campaign: 'at: "2031-01-31 09:00 Europe/Berlin"\n' })
    const campaign = await loadCampaign(join(desk.folder, 'campaign.yaml'))
    const settings = await loadSettings(join(desk.folder, 'sealpost.yaml'))
    const clock = jumpingClock()
    const progress = { visible: false, show: () => undefined, clear: () => undefined }
    const send = async (now = false) => {
      const { signal } = new AbortController()
      const sending = await sendCampaigns([campaign], settings, { signal, now, wait: false, force: false, progress, clock })
      return sending.kind === 'sent' ? sending.campaigns : []
    }
    expect((await send())[0]).toMatchObject({ counts: { total: 3, waiting: 3, sent: 0 }, intake: { accepted: 3 } })
    expect(await show(desk)).toMatchObject({ state: 'scheduled', startsAt: '2031-01-31T08:00:00.000Z', zone: 'Europe/Berlin' })
    expect(desk.world.received().total).toBe(0)
    clock.jump(Date.parse('2031-01-31T08:00:01Z') - clock.now())
    expect((await send())[0]).toMatchObject({ counts: { sent: 3 }, intake: undefined })
    expect(desk.world.received().total).toBe(3)
    // Its messages are of the day on which they were sent.
    expect(await acts(desk)).toEqual(['campaign-scheduled', 'campaign-finished', 'campaign-started', 'campaign-finished'])
  })

  it('send says when it begins, and --now sends it at once, after asking', async () => {
    await using desk = await openDesk({ recipients: people(2, 'valid.test'), campaign: 'at: 2031-01-31T09:00+01:00\n' })
    const first = await desk.run('send', 'campaign.yaml')
    expect(first).toMatchObject({ exit: 3, stderr: expect.stringContaining('scheduled for 2031-01-31 09:00 +01:00') as string })
    expect(first.stderr).toContain('--now sends it at once')
    const asked = desk.start('send', 'campaign.yaml', '--now')
    asked.child.stdin?.end()
    expect(await asked.done).toMatchObject({ exit: 1, stdout: 'Nothing was done.\n' })
    expect(desk.world.received().total).toBe(0)
    expect(await desk.run('send', 'campaign.yaml', '--now', '--yes')).toMatchObject({ exit: 0 })
    expect(desk.world.received().total).toBe(2)
    expect(await show(desk)).toMatchObject({ state: 'done' })
  })

  it.each([
    ['2020-01-01 09:00 UTC', 'This time is past'],
    ['2926-01-01 09:00 UTC', 'more than two years ahead'],
    ['2027-03-28 02:30 Europe/Berlin', 'does not exist'],
    ['2027-10-31 02:30 Europe/Berlin', 'comes twice: add +02:00 or +01:00'],
    ['tomorrow', 'not a time'],
  ])('--at "%s" is refused: %s', async (at, why) => {
    await using desk = await openDesk()
    const { exit, stderr } = await desk.run('campaign', 'schedule', 'campaign.yaml', '--at', at)
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining(why) as string })
  })

  it('a past time in the file is refused by send, with what to do', async () => {
    await using desk = await openDesk({ campaign: 'at: 2020-01-31T09:00+01:00\n' })
    const { exit, stderr } = await desk.run('send', 'campaign.yaml')
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining('is past') as string })
    expect(await show(desk, 'campaign.yaml')).toMatchObject({ state: 'draft' })
  })

  it('schedule takes it in, gives it another time, and refuses what was changed or has begun', async () => {
    await using desk = await openDesk({ recipients: people(2, 'valid.test') })
    const schedule = async (...words: readonly string[]) => desk.run('campaign', 'schedule', 'campaign.yaml', ...words)
    expect(await schedule()).toMatchObject({ exit: 2, stderr: expect.stringContaining('not said when') as string })
    expect(await schedule('--at', '2027-06-01 09:00 Asia/Tokyo')).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('2 messages') as string,
    })
    expect(await show(desk)).toMatchObject({ state: 'scheduled', startsAt: '2027-06-01T00:00:00.000Z', zone: 'Asia/Tokyo' })
    expect((await schedule('--at', '2027-06-02 09:00 UTC')).exit).toBe(0)
    expect(await show(desk)).toMatchObject({ state: 'scheduled', startsAt: '2027-06-02T09:00:00.000Z', zone: 'UTC' })
    await desk.write('message.txt', 'Something else\n')
    expect((await schedule('--at', '2027-06-03 09:00 UTC')).stdout).toContain('with other content')
    await desk.write('message.txt', 'Hello {{ name }},\n.a line with a dot\n')
    await desk.run('send', 'campaign.yaml', '--now', '--yes')
    expect((await schedule('--at', '2027-06-03 09:00 UTC')).stdout).toContain('it has begun')
    expect(desk.world.received().total).toBe(2)
  })
})

describe('run', () => {
  it('sends two campaigns from what was frozen of them, takes in a third, and ends in good order', async () => {
    await using desk = await openDesk({ recipients: people(2, 'valid.test') })
    const { relay } = desk.world
    await desk.write('password', `${relay.password}\n`)
    const route = `route: { relay: ${relay.host}, port: ${relay.port}, auth: { user: ${relay.user}, passwordFile: ./password } }\n`
    await writeSecond(desk, `at: "2031-01-31 09:00 UTC"\n${route}`)
    await desk.run('campaign', 'schedule', 'campaign.yaml', '--at', 'now')
    await desk.run('send', 'autumn.yaml')
    expect(desk.world.received().total).toBe(0)
    // From here on nothing is read but the queue, and the file of the password.
    await rm(join(desk.folder, 'autumn.yaml'))
    const sender = await startRun(desk)
    await until(() => count(desk, 'sent') === 2)
    await desk.run('queue', 'retry', '--campaign', 'autumn')
    await until(() => count(desk, 'sent', 'autumn') === 2)
    // It has begun before its time, and its messages are of today.
    expect(Date.parse((await show(desk, 'autumn')).startsAt)).toBeLessThanOrEqual(Date.now())
    expect(desk.world.received('relay.test').total).toBe(2)
    await desk.write(
      'third.yaml',
      'name: third\nlist: ./list.csv\nfrom: news@shop.example\nsubject: Hi {{ name }}\ntext: ./message.txt\n',
    )
    expect(await desk.run('campaign', 'schedule', 'third.yaml', '--at', 'now')).toMatchObject({ exit: 0 })
    await until(() => count(desk, 'sent', 'third') === 2)
    sender.child.kill('SIGTERM')
    const { exit, stderr } = await sender.done
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.stringContaining('Campaign third was taken in') as string })
    expect(stderr).not.toContain(relay.password)
    expect((await acts(desk)).filter((act) => act === 'campaign-finished')).toHaveLength(4)
    // Each of the three began once, with its numbers as they were before its first message.
    expect(await starts(desk)).toMatchObject(['spring', 'autumn', 'third'].map((campaign) => ({ campaign, total: 2, sent: 0 })))
    expect(await starts(desk)).toMatchObject([{ digest: (await show(desk)).digest }, {}, {}])
    expect((await desk.run('verify', 'data')).exit).toBe(0)
  })

  it('a campaign that rests at its time has not begun: that is told when it goes on, and before its first message', async () => {
    await using desk = await openDesk({ recipients: people(2, 'valid.test') })
    await desk.run('campaign', 'schedule', 'campaign.yaml', '--at', 'now')
    await desk.run('campaign', 'pause', 'spring')
    const sender = await startRun(desk)
    await writeSecond(desk)
    await desk.run('campaign', 'schedule', 'autumn.yaml', '--at', 'now')
    await until(() => count(desk, 'sent', 'autumn') === 2)
    expect(await starts(desk)).toMatchObject([{ campaign: 'autumn' }])
    await desk.run('campaign', 'resume', 'spring')
    await until(() => count(desk, 'sent') === 2)
    sender.child.kill('SIGTERM')
    expect(await sender.done).toMatchObject({ exit: 0 })
    expect(await starts(desk)).toMatchObject([{ campaign: 'autumn' }, { campaign: 'spring', total: 2, sent: 0 }])
    const log = await readLog(join(desk.folder, 'data'))
    const first = log.findIndex(({ kind }) => kind === 'attempt')
    expect(log.findIndex((leaf) => leaf.kind === 'act' && leaf.act === 'campaign-started')).toBeLessThan(first)
  })

  it('signs what was scheduled, and the way out in it works', async () => {
    const port = await freePort()
    await using desk = await openDesk({
      recipients: people(1, 'valid.test'),
      keep: true,
      settings: `server: { baseUrl: "https://news.shop.example", listen: "127.0.0.1:${port}" }\n`,
      campaign:
        'unsubscribe: { list: news }\ndkim: [{ domain: shop.example, selector: s1, key: ./keys/s1._domainkey.shop.example.pem }]\n',
    })
    await desk.write('message.txt', 'Hello {{ name }}\n{{ unsubscribe_url }}\n')
    await desk.run('dkim', 'new', '--domain', 'shop.example', '--selector', 's1', '--out', 'keys')
    const taken = await desk.run('campaign', 'schedule', 'campaign.yaml', '--at', 'now')
    expect(taken).toMatchObject({ exit: 0 })
    const sender = await startRun(desk)
    await until(() => count(desk, 'sent') === 1)
    sender.child.kill('SIGTERM')
    expect(await sender.done).toMatchObject({ exit: 0 })
    const raw = desk.world.mailbox('valid.test').messages[0]?.raw ?? Buffer.alloc(0)
    const key = createPrivateKey(await readFile(join(desk.folder, 'keys/s1._domainkey.shop.example.pem'), 'utf8'))
    const record = printKeyRecord({ domain: 'shop.example', selector: 's1', key }).text
    expect(await verifyMail(raw, { 's1._domainkey.shop.example': record })).toEqual(['pass'])
    expect(/^DKIM-Signature:(?:.|\r\n[ \t])*/im.exec(raw.toString())?.[0]).toMatch(/list-unsubscribe-post/i)
    const path = /^List-Unsubscribe: <https:\/\/news\.shop\.example(\/u\/[a-z2-7]{45})>/m.exec(raw.toString())?.[1] ?? ''
    const server = desk.start('serve')
    await once(server.child.stdout ?? server.child, 'data')
    const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
    expect((await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body })).status).toBe(200)
    server.child.kill('SIGTERM')
    expect(await server.done).toMatchObject({ exit: 0, stderr: '' })
    expect(JSON.parse((await desk.run('suppression', 'list', '--json')).stdout)).toMatchObject([
      { address: 'p0@valid.test', list: 'news', reason: 'unsubscribe' },
    ])
  })

  it('killed with messages in flight and started again, it goes on, and nobody is left out', async () => {
    await using desk = await openDesk({ recipients: people(200, 'valid.test'), campaign: slow })
    await desk.run('campaign', 'schedule', 'campaign.yaml', '--at', 'now')
    const first = await startRun(desk)
    await until(() => count(desk, 'sent') >= 3)
    first.child.kill('SIGKILL')
    expect(await first.done).toMatchObject({ exit: 'SIGKILL' })
    const sent = count(desk, 'sent')
    const second = await startRun(desk)
    await until(() => count(desk, 'sent') >= sent + 3)
    second.child.kill('SIGTERM')
    expect(await second.done).toMatchObject({ exit: 0 })
    await dropPace(desk)
    expect(await desk.run('send', 'campaign.yaml', '--now')).toMatchObject({ exit: 0 })
    // What was in flight may have come twice, and its pace let one be leased at a time; nobody is left out.
    expect(count(desk, 'sent')).toBe(200)
    expect(desk.world.received().total).toBeGreaterThanOrEqual(200)
    expect(desk.world.received().total).toBeLessThanOrEqual(202)
    expect((await desk.run('verify', 'data')).exit).toBe(0)
  })

  it('a campaign whose password is not there does not keep the others, and is named', async () => {
    await using desk = await openDesk({ recipients: people(2, 'valid.test'), env: { PASSWORD: 'x' } })
    const { relay } = desk.world
    await writeSecond(desk, `route: { relay: ${relay.host}, port: ${relay.port}, auth: { user: u, passwordFile: ./password } }\n`)
    await desk.write('password', 'x')
    await desk.run('campaign', 'schedule', 'autumn.yaml', '--at', 'now')
    await desk.run('campaign', 'schedule', 'campaign.yaml', '--at', 'now')
    await rm(join(desk.folder, 'password'))
    const sender = await startRun(desk)
    await until(() => count(desk, 'sent') === 2)
    sender.child.kill('SIGTERM')
    expect((await sender.done).stderr).toContain('Campaign autumn is not sent')
    expect(count(desk, 'waiting', 'autumn')).toBe(2)
  })

  it('tells the service manager that waits for it', async () => {
    const bin = await mkdtemp(join(tmpdir(), 'sealpost-bin-'))
    try {
      const script = `#!/bin/sh\necho "$@ $NOTIFY_SOCKET" > "${bin}/told"\n`
      await writeFile(join(bin, 'systemd-notify'), script, { mode: 0o755 })
      await using desk = await openDesk({ env: { NOTIFY_SOCKET: '/run/notify', PATH: `${bin}:${process.env['PATH'] ?? ''}` } })
      const sender = desk.start('run')
      const told = async () => readFile(join(bin, 'told'), 'utf8').catch(() => '')
      await until(async () => (await told()).endsWith('\n'))
      expect(await told()).toBe(`--ready --pid=${sender.child.pid} /run/notify\n`)
      sender.child.kill('SIGTERM')
      expect(await sender.done).toMatchObject({ exit: 0 })
    } finally {
      await rm(bin, { recursive: true })
    }
  })
})

it('an order to schedule whose file was changed meanwhile is refused by the sender', async () => {
  await using desk = await openDesk({ recipients: people(1, 'valid.test') })
  await desk.run('send', 'campaign.yaml')
  await writeSecond(desk)
  using book = OrderBook.open(join(desk.folder, 'data'))
  const id = '00000000-0000-4000-8000-000000000001'
  book.put({
    id,
    at: Date.now(),
    by: 'maria',
    kind: 'schedule',
    campaign: 'autumn',
    digest: 'a'.repeat(64),
    file: join(desk.folder, 'autumn.yaml'),
    startsAt: Date.now() + 86_400_000,
    zone: 'UTC',
  })
  await desk.run('send', 'campaign.yaml')
  expect(book.result(id)).toEqual({ kind: 'refused', why: 'its files were changed since the order was given' })
  using reader = QueueReader.open(join(desk.folder, 'data'))
  expect(reader.campaignNames()).toEqual(['spring'])
})
