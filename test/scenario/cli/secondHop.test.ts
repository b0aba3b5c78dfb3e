/**
 * `sealpost preflight` through a provider: what its own switch for the second hop says stands beside what was seen of the
 * first. The APIs are servers on loopback that speak as each provider documents, and check the key as it does.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { loadCampaign } from '../../../src/campaign/index.ts'
import { openKept } from '../../../src/cli/kept.ts'
import { makePreflight } from '../../../src/cli/preflight.ts'
import { createProgress } from '../../../src/cli/progress.ts'
import { createExamination, createNetwork, depths } from '../../../src/cli/wiring.ts'
import { usualLimits } from '../../../src/esp/policy/index.ts'
import { type Preflight, printPreflight, printPreflightPage } from '../../../src/report/index.ts'
import { loadSettings } from '../../../src/settings/index.ts'
import { openDesk } from '../../support/cli.ts'
import { type EspApi, type Serve, serveMailgun, serveSendgrid, serveSes, startEspApi } from '../../support/espApi.ts'

let key: string
beforeEach(() => {
  key = `key-${randomUUID()}`
})

const environment = (): Record<string, string> => ({
  MAILGUN_API_KEY: key,
  SENDGRID_API_KEY: key,
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: key,
})

interface Way {
  readonly relay: string
  /** In the campaign file, in place of the relay by its name. */
  readonly route?: string
  readonly campaign?: string
  readonly settings?: string
  readonly env?: Readonly<Record<string, string>>
  readonly serve: Serve
}

interface Seen {
  readonly preflight: Preflight
  /** What the rule says; undefined where it is kept, or was not looked at. */
  readonly said: { readonly severity: string; readonly evidence: string } | undefined
  readonly calls: EspApi['calls']
  /** All that a person is shown. */
  readonly text: string
}

/** A pre-flight through a relay whose name is a provider's, in a world of its own. */
async function fly({ relay, route, campaign = '', settings = '', env = environment(), serve }: Way): Promise<Seen> {
  await using api = await startEspApi(serve)
  await using desk = await openDesk({ settings })
  desk.world.dnsServer.set(relay, { A: ['127.0.0.1'] })
  await desk.write(
    'campaign.yaml',
    `name: spring\nlist: ./list.csv\nfrom: Shop <news@shop.example>\nsubject: Hi\ntext: ./message.txt\nroute: ${route ?? `{ relay: ${relay}, port: ${desk.world.relay.port} }`}\n${campaign}`,
  )
  const loaded = await loadSettings(join(desk.folder, 'sealpost.yaml'))
  using kept = openKept(loaded)
  const context = createExamination(loaded, await createNetwork(loaded), depths.verdict, kept.cache)
  const preflight = await makePreflight(
    await loadCampaign(join(desk.folder, 'campaign.yaml')),
    loaded,
    context,
    kept.memory,
    createProgress('checking'),
    { env, endpoint: { base: api.base }, limits: usualLimits, now: () => Date.now() },
  )
  const text = `${printPreflight(preflight)}${printPreflightPage([preflight])}${JSON.stringify(preflight)}`
  for (const form of [key, Buffer.from(`api:${key}`).toString('base64')]) expect(text).not.toContain(form)
  expect(api.calls.filter(({ method }) => method !== 'GET')).toEqual([])
  const said = preflight.compliance.findings.find(({ rule }) => rule === 'tls-second-hop')
  return { preflight, said, calls: api.calls, text }
}

const mailgun = (require_tls: boolean, skip_verification = false): Serve =>
  serveMailgun(key, { 'shop.example': { require_tls, skip_verification } })

describe('Mailgun, by the domain that is sent for', () => {
  it('a switch that is off is a warning, with what is set and what to do', async () => {
    const { preflight, said, text } = await fly({ relay: 'smtp.mailgun.org', serve: mailgun(false) })
    expect(said).toMatchObject({ severity: 'warning' })
    expect(said?.evidence).toContain('domain shop.example is opportunistic (require_tls=false, skip_verification=false)')
    expect(said?.evidence).toContain('sealpost esp policy mailgun --domain shop.example --set encrypted')
    expect(preflight.secondHop).toMatchObject({ kind: 'read', switches: [{ level: 'opportunistic' }] })
    expect(text).toContain('From the provider on: opportunistic, as it says itself (domain shop.example: require_tls=false')
    expect(text).toContain('https://documentation.mailgun.com/')
  })

  it('one that is on is a rule that is kept, and is shown all the same', async () => {
    const { preflight, said, text } = await fly({ relay: 'smtp.mailgun.org', serve: mailgun(true) })
    expect(said).toBeUndefined()
    expect(preflight.compliance.kept).toContain('tls-second-hop')
    expect(text).toContain('From the provider on: valid, as it says itself')
  })

  it('one that looks at no certificate is told where the campaign asks for them', async () => {
    const way = { relay: 'smtp.mailgun.org', serve: mailgun(true, true) }
    expect((await fly(way)).said).toBeUndefined()
    const { said } = await fly({ ...way, campaign: 'level: valid\n' })
    expect(said).toMatchObject({ severity: 'info', evidence: expect.stringContaining('asks for valid') as string })
  })

  it('the log-in names the domain, the host its region', async () => {
    const serve = serveMailgun(key, { 'mg.shop.example': { require_tls: true, skip_verification: false } })
    const route = '{ provider: mailgun, region: eu, auth: { user: post@mg.shop.example, passwordEnv: HOME } }'
    const { calls, text } = await fly({ relay: 'smtp.eu.mailgun.org', route, serve })
    expect(calls.map(({ url }) => url)).toEqual(['/v4/domains/mg.shop.example'])
    expect(text).toContain('domain mg.shop.example')
  })

  it('a header of its own that says otherwise is believed, and the provider not asked', async () => {
    const way = { relay: 'smtp.mailgun.org', serve: mailgun(true), campaign: 'headers: { x-mailgun-require-tls: "no" }\n' }
    const { said, calls } = await fly(way)
    expect(said).toMatchObject({ severity: 'untested', evidence: expect.stringContaining('own header') as string })
    expect(calls).toEqual([])
  })
})

describe('what is not known is called not tested', () => {
  it('without a key: what is documented, and which variable is missing', async () => {
    const { said, calls, text } = await fly({ relay: 'smtp.mailgun.org', env: {}, serve: mailgun(true) })
    expect(said).toMatchObject({ severity: 'untested' })
    expect(said?.evidence).toMatch(/by default require-tls false.*not asked.*MAILGUN_API_KEY is not set/)
    expect(text).toContain('From the provider on: not tested, Mailgun was not asked')
    expect(calls).toEqual([])
  })

  it.each([
    ['a key that is refused', 'does not take the key', () => mailgun(true), { MAILGUN_API_KEY: 'another-key' }],
    ['a domain that it does not know', 'does not know it', () => serveMailgun(key, {}), undefined],
    ['a fault of the provider', 'has a fault', (): Serve => () => ({ status: 503 }), undefined],
    ['an answer of another kind', 'something else than it documents', (): Serve => () => ({ status: 200, json: [] }), undefined],
  ] as const)('%s', async (_, words, serve, env) => {
    const { said } = await fly({ relay: 'smtp.mailgun.org', serve: serve(), ...(env ? { env } : {}) })
    expect(said).toMatchObject({ severity: 'untested', evidence: expect.stringContaining(words) as string })
  })

  it('nobody is asked where the rule is off', async () => {
    const way = { relay: 'smtp.mailgun.org', settings: 'compliance: { off: [tls-second-hop] }\n', serve: mailgun(false) }
    expect(await fly(way)).toMatchObject({ said: undefined, calls: [], preflight: { secondHop: undefined } })
  })

  it('nobody is asked for a relay that is of no provider', async () => {
    const { said, calls } = await fly({ relay: 'smtp.shop.example', serve: mailgun(false) })
    expect(said).toMatchObject({ severity: 'untested' })
    expect(calls).toEqual([])
  })
})

describe('Twilio SendGrid, for the whole account', () => {
  it.each([
    [false, 'warning'],
    [true, undefined],
  ] as const)('require_tls %s: %s', async (require_tls, severity) => {
    const serve = serveSendgrid(key, { require_tls, require_valid_cert: false, version: 1.2 })
    const { said, text } = await fly({ relay: 'smtp.sendgrid.net', serve })
    expect(said?.severity).toBe(severity)
    expect(text).toContain(`the whole account: require_tls=${String(require_tls)}`)
  })
})

describe('Amazon SES, by configuration set', () => {
  const ses = (sets: Parameters<typeof serveSes>[1]): Serve =>
    serveSes({ id: 'AKIDEXAMPLE', secret: key, region: 'eu-west-1' }, sets, () => Date.now())
  const relay = 'email-smtp.eu-west-1.amazonaws.com'
  const sets = { marketing: { TlsPolicy: 'REQUIRE' }, bills: { TlsPolicy: 'OPTIONAL' } }

  it('that the campaign names in its header', async () => {
    const { preflight, said } = await fly({
      relay,
      serve: ses(sets),
      campaign: 'headers: { X-SES-CONFIGURATION-SET: marketing }\n',
    })
    expect(said).toBeUndefined()
    expect(preflight.secondHop).toMatchObject({ switches: [{ holder: 'configuration set marketing', level: 'encrypted' }] })
  })

  it('all of them where it names none: the weakest counts, and of the best it is told what they do not say', async () => {
    expect((await fly({ relay, serve: ses(sets) })).said).toMatchObject({
      severity: 'warning',
      evidence: expect.stringContaining('configuration set bills is opportunistic') as string,
    })
    expect((await fly({ relay, serve: ses({ marketing: sets.marketing }) })).said).toMatchObject({
      severity: 'info',
      evidence: expect.stringContaining('counts only for messages sent with it') as string,
    })
    expect((await fly({ relay, serve: ses({}) })).said).toMatchObject({
      severity: 'warning',
      evidence: expect.stringContaining('nothing is set up') as string,
    })
  })
})
