/** sealpost esp list, show and check, as a person runs them. The name servers are the world's, which knows no provider. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { espCheckDocumentSchema, providersDocumentSchema } from '../../../src/report/esp/schema.ts'
import { type Desk, openDesk } from '../../support/cli.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(async () => {
  await desk[Symbol.asyncDispose]()
})

it('lists all, or one kind', async () => {
  const all = await desk.run('esp', 'list')
  expect(all).toMatchObject({ exit: 0, stderr: '' })
  expect(all.stdout.trimEnd().split('\n')).toHaveLength(113)
  const relays = await desk.run('esp', 'list', '--kind', 'relay')
  expect(relays.stdout).toMatch(/^smtp2go +relay +40 +SMTP2GO +no$/m)
  expect(relays.stdout).not.toContain('sendgrid')
})

it('lists as JSON, as the schema has it', async () => {
  const { stdout, exit } = await desk.run('esp', 'list', '--json')
  const { providers } = providersDocumentSchema.parse(JSON.parse(stdout))
  expect(exit).toBe(0)
  expect(providers.flatMap(({ endpoints }) => endpoints)).toHaveLength(562)
})

it.each(['sendgrid', 'SendGrid', 'Twilio SendGrid', 'twilio-sendgrid', 'smtp.sendgrid.net'])(
  'shows what %s means',
  async (name) => {
    const { exit, stdout, stderr } = await desk.run('esp', 'show', name)
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout).toMatch(/^Twilio SendGrid \(sendgrid\), esp\n/)
    expect(stdout).toMatch(/smtp\.sendgrid\.net +smtp +587 25\? 2525\? +465/)
    expect(stdout).toContain('"wrong version number"')
    expect(stdout.split('\n').filter((line) => line.endsWith(' '))).toEqual([])
  },
)

it('shows as JSON, as the schema has it', async () => {
  const { stdout } = await desk.run('esp', 'show', 'postmark', '--json')
  expect(providersDocumentSchema.parse(JSON.parse(stdout)).providers).toMatchObject([
    { id: 'postmark', tls: { demanded: false, floor: 'TLSv1.1' }, checkedOn: '2026-11-23' },
  ])
})

it.each([
  [['show', 'postmrk'], 'postmrk: No provider of that name is in the directory: did you mean postmark?'],
  [['check', 'zoho'], 'did you mean zeptomail, zoho-us, zoho-eu, zoho-in?'],
  [['show', 'xyzzyx'], 'xyzzyx: No provider of that name is in the directory.'],
  [['show', ''], 'No provider of that name is in the directory.'],
  [['show', '\u001b[2J'], '\\x1b[2J: No provider'],
  [['check', 'postmark', '--region', 'eu'], '--region eu: Postmark (ActiveCampaign) has no such region, and none at all.'],
  [['check', 'sparkpost', '--region', 'mars'], 'has no such region; known are us, eu.'],
  [['check', 'postmark', '--port', '465'], 'has no such port there; known are 25, 587, 2525.'],
])('%j is answered with one clear message', async (words, message) => {
  const { exit, stdout, stderr } = await desk.run('esp', ...words)
  expect(stderr).toContain(message)
  expect(stderr.trimEnd().split('\n')).toHaveLength(2)
  expect(stdout).toBe('')
  expect(exit).toBe(2)
})

it.each([
  [['check', 'postmark', '--port', 'x'], /not a port/],
  [['list', '--kind', 'nonsense'], /esp, marketing, relay, mailbox/],
  [['chek', 'postmark'], /unknown command/],
])('%j is wrong use', async (words, message) => {
  const { exit, stderr } = await desk.run('esp', ...words)
  expect(stderr).toMatch(message)
  expect(exit).toBe(2)
})

it('checks: hosts that are gone are a difference', async () => {
  const { exit, stdout, stderr } = await desk.run('esp', 'check', 'postmark', '--port', '587')
  expect({ exit, stderr }).toEqual({ exit: 1, stderr: '' })
  expect(stdout).toMatch(/^Postmark \(ActiveCampaign\) \(postmark\): 2 endpoints, 0 as documented, 2 otherwise, 0 not tested\n/)
  expect(stdout).toContain('The documented host has no address')
})

it('checks as JSON, as the schema has it', async () => {
  const { exit, stdout } = await desk.run('esp', 'check', 'sparkpost', '--region', 'eu', '--json')
  const document = espCheckDocumentSchema.parse(JSON.parse(stdout))
  expect(exit).toBe(1)
  expect(document.endpoints.map(({ host, port, region }) => [host, port, region])).toEqual([
    ['smtp.eu.sparkpostmail.com', 587, 'eu'],
    ['smtp.eu.sparkpostmail.com', 2525, 'eu'],
  ])
  expect(document.endpoints[0]?.addresses).toMatchObject([
    { outcome: 'differs', reach: { kind: 'no-address' }, differences: [{ kind: 'host-gone', severity: 'medium' }] },
  ])
})

it('says of a provider without SMTP that there is nothing to compare', async () => {
  const { exit, stdout } = await desk.run('esp', 'check', 'mailchimp')
  expect(stdout).toContain('mail is handed in by its API')
  expect(exit).toBe(3)
})
