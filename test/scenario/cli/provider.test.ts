/** A campaign through a provider by its name, against the world's submission server in the provider's place. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Campaign, loadCampaign } from '../../../src/campaign/index.ts'
import { sendCampaigns } from '../../../src/cli/send.ts'
import { type SendingProvider, sendingProviders } from '../../../src/provider/index.ts'
import { loadSettings } from '../../../src/settings/index.ts'
import { type Desk, openDesk } from '../../support/cli.ts'
import { readLogTexts } from '../../support/readLog.ts'

/** The directory's own entry of Mailgun, with the world's server as what is documented of it. */
function directoryOf({ world }: Desk, change: Partial<SendingProvider> = {}): readonly SendingProvider[] {
  const { host, port, tlsPort } = world.relay
  const places = [{ hosts: [host], starttls: [port], implicit: [tlsPort] }]
  return sendingProviders.map((one) => (one.id === 'mailgun' ? { ...one, places, ...change } : one))
}

async function open(more = ''): Promise<Desk> {
  const desk = await openDesk({ recipients: ['ada@valid.test', 'bob@plain.test'] })
  await desk.write('password', `${desk.world.relay.password}\n`)
  const text = await readFile(join(desk.folder, 'campaign.yaml'), 'utf8')
  const auth = `auth: { user: ${desk.world.relay.user}, passwordFile: ./password }`
  await desk.write('campaign.yaml', `${text}route: { provider: Mailgun, ${more}${auth} }\n`)
  return desk
}

async function send(desk: Desk, campaign: Campaign) {
  const settings = await loadSettings(join(desk.folder, 'sealpost.yaml'))
  const progress = { visible: false, show: () => undefined, clear: () => undefined }
  const { signal } = new AbortController()
  const sending = await sendCampaigns([campaign], settings, { signal, now: false, wait: false, force: false, progress })
  return sending.kind === 'sent' ? sending.campaigns[0]?.counts : undefined
}

it('all goes to the documented endpoint, over TLS from the first octet, with the log-in', async () => {
  await using desk = await open()
  const { relay } = desk.world
  const campaign = await loadCampaign(join(desk.folder, 'campaign.yaml'), directoryOf(desk))
  expect(campaign.route).toEqual({
    kind: 'relay',
    host: relay.host,
    port: relay.tlsPort,
    security: 'implicit',
    provider: 'mailgun',
  })
  expect(await send(desk, campaign)).toMatchObject({ sent: 2, held: 0 })
  expect(desk.world.received('relay.test')).toEqual({ total: 2, plaintext: 0 })
  const log = (await readLogTexts(join(desk.folder, 'data'))).join('\n')
  expect(log).not.toContain(relay.password)
})

it('another documented port is named by its number', async () => {
  await using desk = await open()
  const { relay } = desk.world
  const text = await readFile(join(desk.folder, 'campaign.yaml'), 'utf8')
  await desk.write('campaign.yaml', text.replace('provider: Mailgun', `provider: Mailgun, port: ${relay.port}`))
  const campaign = await loadCampaign(join(desk.folder, 'campaign.yaml'), directoryOf(desk))
  expect(campaign.route).toMatchObject({ port: relay.port, security: 'starttls' })
  expect(await send(desk, campaign)).toMatchObject({ sent: 2 })
  expect(desk.world.received('relay.test')).toEqual({ total: 2, plaintext: 0 })
})

it('a server that is not the documented one gets neither password nor mail', async () => {
  await using desk = await open()
  // Its certificate is for another name.
  const places = [
    {
      hosts: desk.world.hosts.flatMap(({ domain, mx }) => (domain === 'wrongname.test' ? [mx] : [])),
      starttls: [desk.world.port],
    },
  ]
  const campaign = await loadCampaign(join(desk.folder, 'campaign.yaml'), directoryOf(desk, { places }))
  expect(await send(desk, campaign)).toMatchObject({ sent: 0 })
  expect(desk.world.received().total).toBe(0)
})

it('a name that is in no directory is told with those near to it, and sends nothing', async () => {
  await using desk = await open()
  const text = await readFile(join(desk.folder, 'campaign.yaml'), 'utf8')
  await desk.write('campaign.yaml', text.replace('Mailgun', 'Malgun'))
  const { exit, stderr } = await desk.run('send', 'campaign.yaml')
  expect(exit).toBe(2)
  expect(stderr).toContain('No provider of that name is in the directory: did you mean mailgun?')
  expect(stderr).toContain('sealpost esp list')
})
