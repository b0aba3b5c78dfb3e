/** Reports of providers, with real processes: a campaign is sent, its messages are reported on over HTTP, and the evidence has it. */
import { once } from 'node:events'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { expect, it, vi } from 'vitest'
import { OpeningsReader, QueueReader } from '../../../src/store/index.ts'
import { type Desk, openDesk } from '../../support/cli.ts'
import { freePort } from '../../support/freePort.ts'
import { Providers, type Report } from '../../support/providers.ts'

vi.setConfig({ testTimeout: 90_000 })

async function open(providers: Providers, campaign: string): Promise<Desk> {
  return openDesk({
    recipients: ['ada@valid.test', 'bob@valid.test'],
    keep: true,
    campaign,
    env: { MAILGUN_KEY: providers.mailgunKey, SPARKPOST_PASSWORD: providers.sparkpost.password },
    settings: `server: { baseUrl: "https://news.shop.example", listen: "127.0.0.1:${await freePort()}" }
claims:
  mailgun: { signingKeyEnv: MAILGUN_KEY }
  sendgrid: { publicKey: "${providers.sendgridKey}" }
  sparkpost: { user: ${providers.sparkpost.user}, passwordEnv: SPARKPOST_PASSWORD }
`,
  })
}

/** What a provider saw of the message to somebody. */
async function received(desk: Desk, to: string) {
  const message = desk.world.mailbox('valid.test').messages.find((one) => one.to.includes(to))
  const mail = await simpleParser(message?.raw ?? '')
  return { messageId: (mail.messageId ?? '').replace(/[<>]/g, ''), returnPath: message?.from ?? '', to }
}

/** The server, for as long as `use` takes; what it said. */
async function serve(desk: Desk, use: (post: (provider: string, report: Report) => Promise<number>) => Promise<void>) {
  const server = desk.start('serve')
  const [line] = (await once(server.child.stdout ?? server.child, 'data')) as [Buffer]
  const port = /port (\d+)/.exec(line.toString())?.[1] ?? ''
  await use(async (provider, { body, headers }) => {
    return (await fetch(`http://127.0.0.1:${port}/events/${provider}`, { method: 'POST', body, headers })).status
  })
  server.child.kill('SIGTERM')
  return server.done
}

/** What the evidence has of a message, the last attempt first. */
function history(desk: Desk, address: string): readonly string[] {
  const data = join(desk.folder, 'data')
  using queue = QueueReader.open(data)
  using openings = OpeningsReader.open(data)
  const [line] = queue.list({}, 10).filter((one) => one.address === address)
  return (openings?.attemptsOf(line?.leaf ?? -1) ?? []).map(({ strength, outcome }) => `${strength} ${outcome}`)
}

it.each([
  ['with the token of its return path', 'bounces: bounces@shop.example\n'],
  ['with its number', ''],
])('a message %s is reported on by all three, and the evidence keeps it as their claims', async (_, campaign) => {
  const providers = new Providers()
  await using desk = await open(providers, campaign)
  const first = await desk.run('send', 'campaign.yaml')
  expect(first, first.stderr).toMatchObject({ exit: 0 })
  const at = Date.now() / 1000
  const [ada, bob] = await Promise.all([received(desk, 'ada@valid.test'), received(desk, 'bob@valid.test')])
  const said = await serve(desk, async (post) => {
    expect(await post('mailgun', providers.mailgun({ ...ada, at }))).toBe(200)
    const events = [
      { ...bob, id: 's1', event: 'deferred', at },
      { ...bob, id: 's2', event: 'bounce', at },
      { ...ada, id: 's3', messageId: 'somebody@else.example', at },
    ]
    const report = providers.sendgrid(events, at)
    expect(await post('sendgrid', report)).toBe(200)
    expect(await post('sendgrid', report)).toBe(200)
    expect(await post('sparkpost', providers.sparkpostReport([{ ...bob, at }]))).toBe(200)
    expect(await post('sparkpost', providers.sparkpostReport([{ ...bob, at }], 'wrong'))).toBe(401)
  })
  expect(said.stderr).toContain('1 of its events are about no message that was sent from here')
  expect(said.stderr).toContain('its signature or password is not the one of the settings')
  expect(said.stderr + said.stdout).not.toContain(providers.sparkpost.password)

  expect(history(desk, 'ada@valid.test')).toEqual(['observed delivered'])
  // The next run takes them in; nothing is sent again because of them.
  expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
  expect(desk.world.mailbox('valid.test').messages).toHaveLength(2)
  expect(history(desk, 'ada@valid.test')).toEqual(['claimed delivered', 'observed delivered'])
  const tied = campaign === '' ? [] : ['claimed delivered']
  expect(history(desk, 'bob@valid.test')).toEqual([...tied, 'claimed failed', 'claimed deferred', 'observed delivered'])
  expect((await desk.run('verify', 'data')).exit).toBe(0)
  // A receipt says whose word it is.
  expect((await desk.run('prove', '--recipient', 'ada@valid.test', '--all-attempts', '--out', 'ada.json')).exit).toBe(0)
  const told = await desk.run('verify', 'ada.1000001.json', '--key', 'data/evidence/keys')
  expect(told).toMatchObject({ exit: 0 })
  expect(told.stdout).toMatch(
    /^PROVEN AS A CLAIM ONLY \(claimed\): mailgun says “delivered”, for delivered, at .* The sender did not see it/,
  )
  expect(told.stdout).toContain('that is its word alone')
  expect((await desk.run('verify', 'ada.1.json', '--key', 'data/evidence/keys')).stdout).toMatch(/^PROVEN: delivered .*observed/)
  expect((await desk.run('queue', 'check')).exit).toBe(0)
  const report = JSON.parse((await desk.run('report', 'data', '--json')).stdout) as { summary: { sent: number } }
  expect(report).toMatchObject({ summary: { sent: 2 } })
})

it('a key that is not set is told before anything is listened for', async () => {
  await using desk = await open(new Providers(), '')
  await desk.write('other.yaml', 'server: { baseUrl: "https://a.example" }\nclaims: { mailgun: { signingKeyEnv: NOT_THERE } }\n')
  const refused = await desk.run('serve', '-s', 'other.yaml')
  expect(refused).toMatchObject({ exit: 2 })
  expect(refused.stderr).toContain('NOT_THERE is not set')
})
