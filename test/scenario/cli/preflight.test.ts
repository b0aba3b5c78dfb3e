/** `sealpost preflight`, and the look before the first message of `sealpost send`, against the mail world. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Preflight } from '../../../src/report/index.ts'
import { type Desk, openDesk } from '../../support/cli.ts'
import { readLogTexts } from '../../support/readLog.ts'

const text = 'Hello {{ name }}, we are Shop Ltd, 1 Example Street, 12345 Example Town.\nTo unsubscribe, answer with that word.\n'

/** A desk whose world has Gmail's domain and a sender that keeps to the rules; each test changes one thing. */
async function openShop(options: { readonly campaign?: string; readonly settings?: string } = {}): Promise<Desk> {
  const desk = await openDesk({
    recipients: ['ada@gmail.com', 'bob@valid.test'],
    // No provider is asked from here, whatever the machine has keys for.
    env: { SENDGRID_API_KEY: '' },
    settings: options.settings ?? 'compliance: { addresses: [192.0.2.25] }\n',
  })
  await desk.write('message.txt', text)
  await desk.write(
    'campaign.yaml',
    `name: spring\nlist: ./list.csv\nfrom: Shop <news@shop.com>\nidentity: { name: Shop Ltd, address: "1 Example Street, 12345 Example Town" }\nsubject: "Hello {{ name }}"\ntext: ./message.txt\n${options.campaign ?? ''}`,
  )
  const { dnsServer } = desk.world
  const MX = [{ preference: 10, exchange: 'mx.valid.test' }]
  dnsServer.set('gmail.com', { MX })
  dnsServer.set('shop.com', { MX, TXT: ['v=spf1 ip4:192.0.2.25 -all'] })
  dnsServer.set('_dmarc.shop.com', { TXT: ['v=DMARC1; p=quarantine'] })
  dnsServer.set('25.2.0.192.in-addr.arpa', { PTR: ['mail.shop.com'] })
  dnsServer.set('mail.shop.com', { A: ['192.0.2.25'] })
  return desk
}

async function preflight(desk: Desk): Promise<{ exit: number | string; verdict: string; by: (severity: string) => string[] }> {
  const { exit, stdout } = await desk.run('preflight', 'campaign.yaml', '--json')
  const { verdict, compliance } = JSON.parse(stdout) as Preflight
  const by = (severity: string) => compliance.findings.filter((one) => one.severity === severity).map(({ rule }) => rule)
  return { exit, verdict, by }
}

describe('sealpost preflight', () => {
  it('joins what destinations offer with what receivers ask, and sends nothing', async () => {
    await using desk = await openShop()
    const seen = await preflight(desk)
    expect(seen).toMatchObject({ exit: 0, verdict: 'ready with warnings' })
    expect(seen.by('error')).toEqual([])
    expect(seen.by('untested')).toEqual([])
    expect(seen.by('warning').toSorted()).toEqual(['consent-missing', 'dkim-missing', 'unsubscribe-missing'])
    expect(desk.world.received().total).toBe(0)
    await expect(stat(join(desk.folder, 'data'))).rejects.toMatchObject({ code: 'ENOENT' })
    expect(desk.world.dnsServer.queries.filter(({ type }) => type === 'PTR').map(({ name }) => name)).toEqual([
      '25.2.0.192.in-addr.arpa',
    ])
  })

  it('says "not ready" with what to do, as text, and as a page that fetches nothing and escapes all', async () => {
    await using desk = await openShop()
    desk.world.dnsServer.set('25.2.0.192.in-addr.arpa', { PTR: ['<script>.evil.test'] })
    const { exit, stdout } = await desk.run('preflight', 'campaign.yaml')
    expect(exit).toBe(1)
    expect(stdout).toContain('Compliance: not ready.')
    expect(stdout).toContain('Add an A or AAAA record for the name, with the address.')
    expect(stdout).toContain('Verdict: not ready.')
    const page = await desk.run('preflight', 'campaign.yaml', '--format', 'html')
    expect(page.stdout).toContain('&lt;script&gt;.evil.test')
    expect(page.stdout).not.toMatch(/<script|src=|url\(/)
    expect(page.exit).toBe(1)
  })

  it('is what send --dry-run does', async () => {
    await using desk = await openShop()
    const one = await desk.run('preflight', 'campaign.yaml', '--json')
    const other = await desk.run('send', 'campaign.yaml', '--dry-run', '--json')
    expect(JSON.parse(other.stdout)).toEqual(JSON.parse(one.stdout))
  })

  it('calls what the DNS does not answer not tested, and that stops nothing', async () => {
    await using desk = await openShop()
    for (const name of ['shop.com', '_dmarc.shop.com', '25.2.0.192.in-addr.arpa']) desk.world.dnsServer.set(name, 'SERVFAIL')
    const seen = await preflight(desk)
    expect(seen).toMatchObject({ exit: 0, verdict: 'ready with warnings' })
    expect(seen.by('error')).toEqual([])
    expect(seen.by('untested')).toEqual(
      expect.arrayContaining(['spf-missing', 'dmarc-missing', 'from-no-mail', 'reverse-missing', 'authentication-missing']),
    )
    expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
    expect(desk.world.received().total).toBe(2)
  })

  it('refuses a rule that there is not', async () => {
    await using desk = await openShop({ settings: 'compliance: { off: [spf-mising] }\n' })
    const { exit, stderr } = await desk.run('preflight', 'campaign.yaml')
    expect(exit).toBe(2)
    expect(stderr).toContain('did you mean spf-missing?')
  })

  it('knows a relay by its name, and claims nothing of what comes behind it', async () => {
    await using desk = await openShop({ campaign: 'route: { relay: smtp.sendgrid.net }\n' })
    const seen = await preflight(desk)
    const unknown = ['tls-second-hop', 'dkim-missing', 'authentication-missing', 'dmarc-alignment']
    expect(seen.by('untested')).toEqual(expect.arrayContaining(unknown))
    expect(seen.by('warning')).toContain('spf-relay')
  })
})

describe('sealpost send', () => {
  const spoil = (desk: Desk) => {
    // Gmail asks every sender for one of SPF and DKIM.
    desk.world.dnsServer.set('shop.com', { MX: [{ preference: 10, exchange: 'mx.valid.test' }] })
  }

  it('stops before the first message of a campaign that is not ready (exit 1), and takes nothing in', async () => {
    await using desk = await openShop()
    spoil(desk)
    const { exit, stdout, stderr } = await desk.run('send', 'campaign.yaml')
    expect(exit).toBe(1)
    expect(stdout).toContain('nothing was sent')
    expect(stdout).toContain('[authentication-missing]')
    expect(stderr).toContain('--force')
    // Nor is it taken in for later.
    expect(await desk.run('campaign', 'schedule', 'campaign.yaml', '--at', 'now')).toMatchObject({ exit: 1 })
    expect(desk.world.received().total).toBe(0)
    await expect(stat(join(desk.folder, 'data', 'evidence', 'checkpoint'))).rejects.toMatchObject({ code: 'ENOENT' })
    // Mended, the same command sends.
    desk.world.dnsServer.set('shop.com', {
      MX: [{ preference: 10, exchange: 'mx.valid.test' }],
      TXT: ['v=spf1 ip4:192.0.2.25 -all'],
    })
    expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
    expect(desk.world.received().total).toBe(2)
  })

  it('sends with --force, and the evidence keeps what was overruled', async () => {
    await using desk = await openShop()
    spoil(desk)
    expect((await desk.run('send', 'campaign.yaml', '--force')).exit).toBe(0)
    expect(desk.world.received()).toEqual({ total: 2, plaintext: 0 })
    const log = (await readLogTexts(join(desk.folder, 'data'))).join('\n')
    expect(log).toContain('"act":"campaign-forced"')
    expect(log).toContain('"rules":"authentication-missing"')
    expect((await desk.run('verify', 'data')).exit).toBe(0)
  })

  it('schedules with --force, and the evidence keeps that too', async () => {
    await using desk = await openShop()
    spoil(desk)
    expect(await desk.run('campaign', 'schedule', 'campaign.yaml', '--at', 'now', '--force')).toMatchObject({ exit: 0 })
    const log = (await readLogTexts(join(desk.folder, 'data'))).join('\n')
    expect(log).toContain('"act":"campaign-scheduled"')
    expect(log).toContain('"act":"campaign-forced"')
    expect(log).toContain('"rules":"authentication-missing"')
  })

  it('keeps no such act where nothing was overruled', async () => {
    await using desk = await openShop()
    expect((await desk.run('send', 'campaign.yaml', '--force')).exit).toBe(0)
    expect((await readLogTexts(join(desk.folder, 'data'))).join('\n')).not.toContain('campaign-forced')
  })

  it.each(['compliance: { level: warn }\n', 'compliance: { off: [authentication-missing] }\n'])('heeds %j', async (settings) => {
    await using desk = await openShop({ settings })
    spoil(desk)
    expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
    expect(desk.world.received().total).toBe(2)
  })

  it('looks before the first message alone: what is begun goes on', async () => {
    await using desk = await openShop()
    desk.world.dnsServer.set('gmail.com', 'SERVFAIL')
    expect((await desk.run('send', 'campaign.yaml')).exit).toBe(3)
    desk.world.dnsServer.set('gmail.com', { MX: [{ preference: 10, exchange: 'mx.valid.test' }] })
    spoil(desk)
    expect((await desk.run('send', 'campaign.yaml', '--now')).exit).toBe(0)
    expect(desk.world.received().total).toBe(2)
  })
})
