/** What could not travel as demanded until its time was over is written out, to reach these people in another way. */
import { cp, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import { expect, it, vi } from 'vitest'
import { type Campaign, loadCampaign } from '../../../src/campaign/index.ts'
import { sendCampaigns } from '../../../src/cli/send.ts'
import { sendingProviders } from '../../../src/provider/index.ts'
import { loadSettings } from '../../../src/settings/index.ts'
import { startScriptedServer } from '../../../src/world/index.ts'
import { type Desk, openDesk } from '../../support/cli.ts'
import { jumpingClock } from '../../support/jumpingClock.ts'

vi.setConfig({ testTimeout: 60_000 })

const day = 86_400_000
const notice = fileURLToPath(new URL('../../../example/notice/', import.meta.url))

/** Sends again and again, a day between, as somebody would from a crontab. */
async function sendDaily(desk: Desk, campaign: Campaign, days: number) {
  const settings = await loadSettings(join(desk.folder, 'sealpost.yaml'))
  const progress = { visible: false, show: () => undefined, clear: () => undefined }
  const clock = jumpingClock()
  const counts = []
  for (let each = 0; each < days; each++) {
    const { signal } = new AbortController()
    const options = { signal, now: false, wait: false, force: false, progress, clock }
    const sending = await sendCampaigns([campaign], settings, options)
    counts.push(sending.kind === 'sent' ? sending.campaigns[0]?.counts : undefined)
    clock.jump(day * 1.01)
  }
  return counts
}

async function readExport(desk: Desk, state = 'exported'): Promise<readonly Readonly<Record<string, string>>[]> {
  const { exit, stdout } = await desk.run('queue', 'export', '--state', state)
  expect(exit).toBe(0)
  return parse(stdout, { columns: true })
}

it('example/notice: those whose servers prove nothing are written out after two days, to be called', async () => {
  await using desk = await openDesk({ settings: await readFile(join(notice, 'sealpost.yaml'), 'utf8') })
  for (const file of await readdir(notice)) if (file !== 'sealpost.yaml') await cp(join(notice, file), join(desk.folder, file))
  await desk.run('dkim', 'new', '--domain', 'workshop.test', '--selector', 's2026a', '--out', 'keys')
  const counts = await sendDaily(desk, await loadCampaign(join(desk.folder, 'campaign.yaml')), 3)
  expect(counts).toMatchObject([
    { sent: 9, held: 2, exported: 0 },
    { sent: 9, held: 2, exported: 0 },
    { sent: 9, held: 0, exported: 2 },
  ])
  const rows = await readExport(desk)
  const list = parse<Record<string, string>>(await readFile(join(notice, 'list.csv')), { columns: true })
  const waiting = list.filter(({ email = '' }) => /@(?:selfsigned|plain)\.test$/.test(email))
  expect(rows).toHaveLength(2)
  // Each with all that the list says of them, and why they got no mail.
  for (const row of waiting) expect(rows).toContainEqual(expect.objectContaining(row))
  for (const row of rows) expect(row['sealpost class']).toBe('tls')
  expect(desk.world.received()).toEqual({ total: 9, plaintext: 0 })
  // Nothing of it is sent any more, whatever becomes of the servers.
  expect((await desk.run('send', 'campaign.yaml', '--now')).exit).toBe(0)
  expect(desk.world.received().total).toBe(9)
})

it('a provider that does not prove to be itself is given nothing, and the whole list is written out', async () => {
  const people = Array.from({ length: 5 }, (_, index) => `p${index}@valid.test`)
  await using desk = await openDesk({ recipients: people, campaign: 'held: { until: 2d, then: export }\n' })
  await desk.write('password', `${desk.world.relay.password}\n`)
  const auth = `auth: { user: ${desk.world.relay.user}, passwordFile: ./password }`
  const text = await readFile(join(desk.folder, 'campaign.yaml'), 'utf8')
  await desk.write('campaign.yaml', `${text}route: { provider: Mailgun, ${auth} }\n`)
  // Its name leads to a server with another's certificate.
  const hosts = desk.world.hosts.flatMap(({ domain, mx }) => (domain === 'wrongname.test' ? [mx] : []))
  const directory = sendingProviders.map((one) =>
    one.id === 'mailgun' ? { ...one, places: [{ hosts, starttls: [desk.world.port] }] } : one,
  )
  const counts = await sendDaily(desk, await loadCampaign(join(desk.folder, 'campaign.yaml'), directory), 3)
  expect(counts).toMatchObject([{ held: 5 }, { held: 5 }, { held: 0, exported: 5 }])
  expect((await readExport(desk)).map(({ email = '' }) => email).toSorted()).toEqual(people)
  expect(desk.world.received().total).toBe(0)
})

it('through a relay each message has an end of its own, and those that were refused are written out', async () => {
  const people = ['ada@valid.test', 'nobody@valid.test', 'bob@valid.test']
  await using desk = await openDesk({ recipients: people })
  const host = 'smtp.provider.test'
  const identity = await desk.world.authority.issue({ names: [host] })
  await using relay = await startScriptedServer({
    hostname: host,
    tls: { identity },
    rcpt: ({ line }) => (line.includes('nobody@') ? '550 5.1.1 no such mailbox\r\n' : undefined),
  })
  desk.world.dnsServer.set(host, { A: [relay.host] })
  const text = await readFile(join(desk.folder, 'campaign.yaml'), 'utf8')
  await desk.write('campaign.yaml', `${text}level: authenticated\nroute: { relay: ${host}, port: ${relay.port} }\n`)
  await desk.run('send', 'campaign.yaml')
  const lines = (await desk.run('queue', 'list', '--json')).stdout.trim().split('\n')
  const kept = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
  expect(kept.map(({ address, state, code, enhanced, verdict }) => [address, state, code, enhanced, verdict])).toEqual([
    ['ada@valid.test', 'sent', 250, '2.0.0', 'authenticated'],
    ['nobody@valid.test', 'failed', 550, '5.1.1', 'authenticated'],
    ['bob@valid.test', 'sent', 250, '2.0.0', 'authenticated'],
  ])
  expect(relay.messages.flatMap(({ to }) => to).toSorted()).toEqual(['ada@valid.test', 'bob@valid.test'])
  expect((await readExport(desk, 'failed')).map((row) => [row['email'], row['sealpost code']])).toEqual([
    ['nobody@valid.test', '550'],
  ])
})
