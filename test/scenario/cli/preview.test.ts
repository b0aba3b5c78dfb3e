import { generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { describe, expect, it } from 'vitest'
import { openDesk } from '../../support/cli.ts'
import { readLogTexts } from '../../support/readLog.ts'
import { OpeningsReader } from '../../../src/store/index.ts'

const html =
  '<body><p style="color:red">Hello {{ name }}</p><img src="a.gif"><img src="https://pics.example/x.png" alt=""></body>'
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

async function openHtmlDesk(campaign = '') {
  const desk = await openDesk({
    recipients: ['ada@valid.test', 'grace@valid.test', 'mary@plain.test'],
    campaign: `html: ./m.html\npreheader: For {{ name }}\n${campaign}`,
  })
  await desk.write('m.html', html)
  await desk.write('a.gif', gif)
  return desk
}

describe('sealpost preview', () => {
  it('shows what a recipient would get, and sends nothing', async () => {
    await using desk = await openHtmlDesk()
    const { exit, stdout } = await desk.run('preview', 'campaign.yaml', '--recipient', 'GRACE@valid.test')
    expect(exit).toBe(0)
    expect(stdout).toMatch(/^From: Shop <news@shop\.example>\nTo: grace@valid\.test\nSubject: Hello grace\n/)
    expect(stdout).toContain('\nHello grace,\n.a line with a dot\n')
    expect(stdout).toContain('Preheader: For grace')
    expect(stdout).toContain('Pictures from pics.example')
    expect(stdout).toContain('Shown in the HTML: a.gif (image/gif')
    expect((await desk.run('preview', 'campaign.yaml')).stdout).toContain('To: ada@valid.test')
    expect((await desk.run('preview', 'campaign.yaml', '--row', '3')).stdout).toContain('To: mary@plain.test')
    expect(desk.world.received().total).toBe(0)
  })

  it('writes the message as it is sent', async () => {
    await using desk = await openHtmlDesk()
    expect((await desk.run('preview', 'campaign.yaml', '--out', 'x.eml')).exit).toBe(0)
    const mail = await simpleParser(await readFile(join(desk.folder, 'x.eml')))
    expect(mail.text).toContain('Hello ada,')
    expect(mail.attachments[0]?.content).toEqual(gif)
  })

  // The threat: the page opens on the sender's own machine, and a column of the list or a template from elsewhere
  // brings a script, or an address that tells someone that it was looked at.
  it('writes a page in which nothing runs and nothing is fetched', async () => {
    await using desk = await openHtmlDesk()
    await desk.write('m.html', `${html}<script>alert(1)</script>"></iframe><script>alert(2)</script>`)
    await desk.write('list.csv', 'email,name\nada@valid.test,<script>alert(3)</script>\n')
    expect((await desk.run('preview', 'campaign.yaml', '--out', 'x.html')).exit).toBe(0)
    const page = await readFile(join(desk.folder, 'x.html'), 'utf8')
    expect(page).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`)
    expect(page).toMatch(/<iframe sandbox="" [^>]*srcdoc="[^"]*data:image\/gif;base64,[^"]*"><\/iframe>/)
    expect(page.replace(/srcdoc="[^"]*"/, '')).not.toMatch(/<script|<img/)
    expect(page.match(/<\/iframe>/g)).toHaveLength(1)
  })

  it.each([
    [['--recipient', 'nobody@valid.test'], 'nobody@valid.test is not in the list'],
    [['--row', '4'], 'There is no recipient number 4: the list has 3'],
    [['--recipient', 'x'], 'It is no address: there is no @'],
    [['--out', 'x.pdf'], '.eml, .html or .txt'],
    [['--row', '0'], 'It is no whole number from 1'],
  ])('%j: %s', async (words, expected) => {
    await using desk = await openHtmlDesk()
    const { exit, stdout, stderr } = await desk.run('preview', 'campaign.yaml', ...words)
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
    expect(stderr).toContain(expected)
  })
})

describe('sealpost test-send', () => {
  it('sends one message, marked, which counts nowhere and is in the evidence as a test', async () => {
    await using desk = await openHtmlDesk()
    const { exit, stdout } = await desk.run('test-send', 'campaign.yaml', '--to', 'me@valid.test', '--row', '2')
    expect(stdout).toBe('A test was sent to me@valid.test (valid).\n')
    expect(exit).toBe(0)
    expect(desk.world.received()).toEqual({ total: 1, plaintext: 0 })
    const log = (await readLogTexts(join(desk.folder, 'data'))).join('\n')
    expect(log).toContain('"act":"test-sent"')
    using openings = OpeningsReader.open(join(desk.folder, 'data'))
    expect([...(openings?.attempts({ campaign: 'test of spring' }) ?? [])]).toMatchObject([{ outcome: 'delivered', number: 1 }])
    expect(log).not.toContain('me@valid.test')
    expect((await desk.run('verify', 'data')).exit).toBe(0)
    // The campaign itself starts as if nothing had been.
    await desk.run('send', 'campaign.yaml')
    const report = JSON.parse((await desk.run('report', 'data', '--json')).stdout) as { summary: { total: number; sent: number } }
    expect(report.summary).toMatchObject({ total: 3, sent: 2 })
    expect((await desk.run('verify', 'data')).exit).toBe(0)
  })

  it('sends nothing in the clear', async () => {
    await using desk = await openHtmlDesk()
    const { exit, stdout } = await desk.run('test-send', 'campaign.yaml', '--to', 'me@plain.test', '--json')
    expect(exit).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'sealpost/test-send@1', to: 'me@plain.test', state: 'held' })
    expect(desk.world.received()).toEqual({ total: 0, plaintext: 0 })
  })
})

describe('what is found before anything is sent', () => {
  it('a line break in a column of the subject, with its row', async () => {
    await using desk = await openDesk()
    await desk.write('list.csv', 'email,name\nada@valid.test,Ada\neve@valid.test,"x\nBcc: v@x.org"\n')
    for (const words of [[], ['--dry-run']]) {
      const { exit, stderr } = await desk.run('send', 'campaign.yaml', ...words)
      expect(exit).toBe(2)
      expect(stderr).toMatch(/list\.csv:[34]: The column "name" has a line break in it/)
    }
    expect(desk.world.received().total).toBe(0)
  })

  it('a key that is not there, from the campaign or the settings', async () => {
    await using desk = await openDesk({ settings: 'dkim: [{ domain: shop.example, selector: s1, key: ./no.pem }]\n' })
    for (const words of [['send'], ['preview'], ['test-send', '--to', 'me@valid.test']]) {
      const { exit, stderr } = await desk.run(...words, 'campaign.yaml')
      expect(exit).toBe(2)
      expect(stderr).toMatch(/sealpost\.yaml:\d+: .*no\.pem/)
    }
    expect(desk.world.received().total).toBe(0)
  })

  it('signs with the key of the settings', async () => {
    await using desk = await openDesk({ settings: 'dkim: [{ domain: shop.example, selector: s1, key: ./key.pem }]\n' })
    const { privateKey } = generateKeyPairSync('ed25519')
    await desk.write('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const { stdout } = await desk.run('preview', 'campaign.yaml')
    expect(stdout).toMatch(/^DKIM-Signature: v=1; a=ed25519-sha256;[^]* d=shop\.example;/)
    expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
  })
})
