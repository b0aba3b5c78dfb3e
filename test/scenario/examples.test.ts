/** The campaigns of example/, each sent as it lies there; what arrived is read by programs that share no code with ours. */
import { cp, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ParsedMail, simpleParser } from 'mailparser'
import { describe, expect, it } from 'vitest'
import type { CampaignReport } from '../../src/report/index.ts'
import { type Desk, openDesk } from '../support/cli.ts'
import { verifyMail } from '../support/signedMail.ts'

const examples = fileURLToPath(new URL('../../example/', import.meta.url))

interface Arrived {
  readonly to: string
  readonly raw: Buffer
  readonly mail: ParsedMail
  /** The headers as they came, unfolded, by name in lower case. */
  readonly header: (name: string) => string | undefined
}

interface Sent extends AsyncDisposable {
  readonly desk: Desk
  readonly exit: number | string
  readonly report: CampaignReport
  /** In the order of their addresses. */
  readonly arrived: readonly Arrived[]
  /** DNS records of the keys, by name. */
  readonly records: Readonly<Record<string, string>>
}

/** Sends an example with keys made for it. The world's settings come on top of its own; nothing else is changed. */
async function sendExample(name: string, domain: string, keys: 'rsa' | 'both'): Promise<Sent> {
  const desk = await openDesk({ keep: true, settings: await readFile(join(examples, name, 'sealpost.yaml'), 'utf8') })
  const files = await readdir(join(examples, name))
  for (const file of files.filter((one) => one !== 'sealpost.yaml')) await cp(join(examples, name, file), join(desk.folder, file))
  const made = await desk.run(
    'dkim',
    'new',
    '--domain',
    domain,
    '--selector',
    's2026a',
    '--out',
    'keys',
    '--type',
    keys,
    '--json',
  )
  const told = JSON.parse(made.stdout) as { keys: readonly { record: { name: string; text: string } }[] }
  const { exit: previewed, stderr: fault } = await desk.run('preview', 'campaign.yaml')
  expect({ previewed, fault }).toMatchObject({ previewed: 0 })
  const { exit, stdout, stderr } = await desk.run('send', 'campaign.yaml', '--json')
  if (stdout === '') throw new Error(stderr)
  const arrived = await Promise.all(
    desk.world.hosts.flatMap((host) => desk.world.mailbox(host.domain).messages).map(({ to, raw }) => read(to[0] ?? '', raw)),
  )
  return {
    desk,
    exit,
    report: JSON.parse(stdout) as CampaignReport,
    arrived: arrived.toSorted((one, other) => one.to.localeCompare(other.to)),
    records: Object.fromEntries(told.keys.map(({ record }) => [record.name, record.text])),
    [Symbol.asyncDispose]: async () => desk[Symbol.asyncDispose](),
  }
}

async function read(to: string, raw: Buffer): Promise<Arrived> {
  const mail = await simpleParser(raw)
  const lines = new Map(
    mail.headerLines.map(({ key, line }) => [
      key,
      line
        .slice(key.length + 1)
        .replaceAll('\r\n', '')
        .trim(),
    ]),
  )
  return { to, raw, mail, header: (name) => lines.get(name) }
}

/** Every message bears so many signatures, each of which others find good. */
async function expectSigned({ arrived, records }: Sent, signatures: number): Promise<void> {
  for (const { raw } of arrived) expect(await verifyMail(raw, records)).toEqual(Array.from({ length: signatures }, () => 'pass'))
}

const find = ({ arrived }: Sent, to: string): Arrived => {
  const one = arrived.find((each) => each.to === to)
  if (!one) throw new Error(`nothing arrived for ${to}`)
  return one
}

const unsubscribeHeader = (base: string): RegExp => new RegExp(`^<${base.replaceAll('.', String.raw`\.`)}/u/[\\w-]{45}>`)

describe('example/newsletter', () => {
  it('arrives with a text, an HTML, its logo, the way out, and both signatures', async () => {
    await using sent = await sendExample('newsletter', 'nursery.test', 'both')
    expect(sent.report.summary).toMatchObject({ total: 12, sent: 12, plaintext: 0 })
    expect(sent.exit).toBe(0)
    expect(sent.desk.world.received()).toEqual({ total: 12, plaintext: 0 })
    await expectSigned(sent, 2)

    const { mail } = find(sent, 'haruka@valid.test')
    expect(mail.subject).toBe('晴香, what to plant in October')
    expect(mail.to).toMatchObject({ value: [{ address: 'haruka@valid.test', name: '晴香' }] })
    expect(mail.text).toContain('You told us that you were looking for Yuzu.')
    // What mail programs show behind the subject comes before all other words.
    expect(
      String(mail.html)
        .replaceAll(/<head>[^]*<\/head>|<[^>]*>|\s+/g, ' ')
        .trim(),
    ).toMatch(/^Bulbs go in now\. Yuzu is back, too\./)
    const [logo] = mail.attachments
    expect(logo).toMatchObject({ contentType: 'image/png', related: true })
    expect(logo?.content).toEqual(await readFile(join(examples, 'newsletter', 'logo.png')))
    expect(mail.attachments).toHaveLength(1)
    expect(find(sent, 'nora@implicit.test').mail.html).toContain('<b>Elder &amp; Rowan</b>')
    expect(find(sent, 'nora@implicit.test').mail.text).toContain('looking for Elder & Rowan.')

    const links = new Set<string>()
    for (const { mail, header } of sent.arrived) {
      const leave = header('list-unsubscribe') ?? ''
      expect(leave).toMatch(unsubscribeHeader('https://news.nursery.test'))
      expect(leave).toContain('<mailto:unsubscribe@nursery.test?')
      expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
      expect(header('list-id')).toContain('<monthly.nursery.test>')
      const link = leave.slice(1, leave.indexOf('>'))
      expect(mail.text).toContain(link)
      expect(mail.html).toContain(`href="${link}"`)
      links.add(link)
    }
    expect(links.size).toBe(12)
  })

  it('is seen for what it is by preflight: words beside its picture, and a way out', async () => {
    await using sent = await sendExample('newsletter', 'nursery.test', 'both')
    const { stdout } = await sent.desk.run('preflight', 'campaign.yaml')
    expect(stdout).toContain('[dmarc-missing]')
    expect(stdout).not.toContain('[unsubscribe-invisible]')
    expect(stdout).not.toContain('[image-heavy]')
  })
})

describe('example/notice', () => {
  it('arrives as plain text where the server proves who it is, and waits elsewhere', async () => {
    await using sent = await sendExample('notice', 'workshop.test', 'rsa')
    expect(sent.report.summary).toMatchObject({ total: 11, sent: 9, held: 2, plaintext: 0, valid: 9 })
    expect(sent.exit).toBe(1)
    expect(sent.desk.world.received()).toEqual({ total: 9, plaintext: 0 })
    for (const domain of ['selfsigned.test', 'plain.test']) expect(sent.desk.world.received(domain).total).toBe(0)
    await expectSigned(sent, 1)
    for (const { mail, header } of sent.arrived) {
      expect(header('content-type')).toMatch(/^text\/plain;/)
      expect({ html: mail.html, attachments: mail.attachments }).toEqual({ html: false, attachments: [] })
      // Nobody subscribed to it.
      expect(header('list-unsubscribe')).toBeUndefined()
    }
    const { mail } = find(sent, 'zoe@valid.test')
    expect(mail.subject).toBe('Your order W-1043 comes on 19 October')
    expect(mail.to).toMatchObject({ value: [{ name: 'Zoë Muñoz' }] })
    expect(mail.text).toContain('Dear Zoë Muñoz,\n\nyour order W-1043 (3 × chain) was to leave us on 13 October.')
    expect(find(sent, 'tim@valid.test').mail.text).toContain('W-1046 (bell)')
  })
})

describe('example/re-engagement', () => {
  it('arrives at those who have not ordered for long, with one of two subjects', async () => {
    await using sent = await sendExample('re-engagement', 'books.test', 'rsa')
    expect(sent.arrived.map(({ to }) => to.split('@')[0])).toEqual([
      'ada',
      'alan',
      'edith',
      'emmy',
      'grace',
      'haruka',
      'hedy',
      'katherine',
      'mary',
      'nora',
      'oleg',
      'tim',
    ])
    expect(sent.exit).toBe(0)
    expect(sent.report.summary).toMatchObject({ total: 12, sent: 12, plaintext: 0 })
    expect(sent.desk.world.received()).toEqual({ total: 12, plaintext: 0 })
    await expectSigned(sent, 1)
    const kinds = sent.arrived.map(({ mail: { subject = '' } }) =>
      subject.endsWith(', shall we go on writing to you?') ? 'a' : subject.startsWith('A book for you, ') ? 'b' : subject,
    )
    expect(new Set(kinds)).toEqual(new Set(['a', 'b']))
    for (const { mail, header } of sent.arrived) {
      expect(header('list-unsubscribe')).toMatch(unsubscribeHeader('https://news.books.test'))
      expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
      // Made from the HTML, with the way out in it.
      expect(mail.text).toContain('https://news.books.test/u/')
      // The style sheet stands in the elements.
      expect(mail.html).toMatch(/<a [^>]*style="[^"]*background: ?#7a2e2e/)
    }
    expect(find(sent, 'haruka@valid.test').mail.text).toContain('Our shelf of cookery has grown')
    expect(find(sent, 'tim@valid.test').mail.text).toContain('Tell us what you like to read')
  })
})
