/**
 * A whole campaign message (text, HTML, a picture in it, an attachment) into Debian's Dovecot by LMTP, and back over IMAP:
 * octet by octet what was handed over, in the structure that mail programs ask for, and whole for parsers of others.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { describe, expect } from 'vitest'
import { parseFrozen } from '../../src/campaign/index.ts'
import { openSource } from '../../src/cli/source.ts'
import { loadSettings } from '../../src/settings/index.ts'
import { QueueReader } from '../../src/store/index.ts'
import { verifyMail } from '../support/signedMail.ts'
import { runOrThrow } from './lab/command.ts'
import type { Lab } from './lab/lab.ts'
import { inNamespace } from './lab/network.ts'
import { repository } from './lab/requirement.ts'
import { type Workplace, createWorkplace, readJson, runSealpost } from './lab/sealpost.ts'
import { testIn } from './lab/test.ts'

const test = testIn({ servers: ['dovecot'] })

/** The smallest GIF there is, and an attachment with every octet in it. */
const picture = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
const terms = Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 7) % 256))

const people = [
  { email: 'ann@stored.test', name: 'Ann' },
  { email: 'zoe@stored.test', name: 'Zoë Müller' },
  { email: 'li@stored.test', name: '李小龍' },
  { email: 'sara@stored.test', name: 'שרה' },
]

/** Lines that a careless client or server changes. */
const text = 'Hello {{ name }},\n\n.a dot\n..\n.\nFrom the start\nŽluťoučký 馬 🐎 \n-- \nLeave: {{ unsubscribe_url }}\n'

async function sendCampaign(lab: Lab): Promise<Workplace & { readonly records: Readonly<Record<string, string>> }> {
  const workplace = createWorkplace(lab, { server: { baseUrl: 'https://news.client.test' } })
  const write = (name: string, content: string | Buffer): void => writeFileSync(join(workplace.folder, name), content)
  const made = await runSealpost(
    lab,
    'dkim',
    'new',
    '--domain',
    'client.test',
    '--selector',
    's1',
    '--type',
    'both',
    '--out',
    join(workplace.folder, 'keys'),
    '--json',
  )
  const { keys } = readJson(made) as { keys: readonly { record: { name: string; text: string }; file: string }[] }
  write('list.csv', `email,name\n${people.map(({ email, name }) => `${email},${name}`).join('\n')}\n`)
  write('message.txt', text)
  write(
    'message.html',
    '<!doctype html>\n<html><body><p>Hello <b>{{ name }}</b></p><img src="dot.gif" alt="a dot">\n.\n<a href="{{ unsubscribe_url }}">Leave</a></body></html>\n',
  )
  write('dot.gif', picture)
  write('terms.bin', terms)
  write(
    'campaign.yaml',
    JSON.stringify({
      name: 'stored',
      list: './list.csv',
      from: 'Sender <news@client.test>',
      toName: 'name',
      subject: '{{ name }}, ein Gruß aus 東京',
      preheader: 'What is new',
      text: './message.txt',
      html: './message.html',
      attachments: [{ file: './terms.bin', name: 'Geschäftsbedingungen 条件.bin', type: 'application/octet-stream' }],
      unsubscribe: { list: 'news' },
      dkim: keys.map(({ record, file }) => ({ domain: 'client.test', selector: record.name.split('.')[0], key: file })),
      route: { relay: 'mx.dovecot.test', port: 24, protocol: 'lmtp' },
      level: 'valid',
    }),
  )
  const sent = await runSealpost(
    lab,
    'send',
    join(workplace.folder, 'campaign.yaml'),
    '--settings',
    workplace.settings,
    '--json',
    '--force',
  )
  expect(sent.status, sent.stderr).toBe(0)
  return { ...workplace, records: Object.fromEntries(keys.map(({ record }) => [record.name, record.text])) }
}

/** What was handed over, made once more from the frozen campaign and the rows of the queue: each try has the same octets. */
async function renderSent({ settings, data }: Workplace): Promise<ReadonlyMap<string, Buffer>> {
  using store = QueueReader.open(data)
  const stored = store.campaign('stored')
  if (!stored) throw new Error('the campaign is not in the queue')
  const source = await openSource(parseFrozen(stored.frozen), await loadSettings(settings), 'sending')
  const sent = new Map<string, Buffer>()
  for (const { columns } of store.rows('stored', 'sent')) {
    const { email = '' } = JSON.parse(columns) as Record<string, string>
    const [line] = store.find({ addressKey: email })
    const item = { id: line?.id ?? 0, campaign: 'stored', domainId: 0, domain: 'stored.test', address: email, addressKey: email }
    const times = { attempt: 1, createdAt: stored.createdAt, firstTriedAt: undefined, begunAt: undefined, leaf: undefined }
    const { raw } = await source.render({ ...item, ...times, columns, key: new Uint8Array(32) })
    sent.set(email, raw)
  }
  return sent
}

interface Stored {
  readonly recipient: string
  /** Without what the server put on top. */
  readonly raw: Buffer
  /** With it. */
  readonly whole: Buffer
  readonly size: number
  readonly structure: unknown
  readonly section: string
  readonly first: Buffer
}

async function readOverImap(lab: Lab): Promise<readonly Stored[]> {
  const { host, name } = lab.server('dovecot')
  const program = join(repository, 'test/interop/readImap.py')
  const words = ['/usr/bin/python3', program, host.address, '993', name, lab.authority, 'everyone']
  const lines = (await runOrThrow(inNamespace(lab.client, words))).split('\n').filter(Boolean)
  return lines.map((line) => {
    const read = JSON.parse(line) as { raw: string; first: string; size: number; structure: unknown; section: string }
    const whole = Buffer.from(read.raw, 'base64')
    const trace = /^(?:(?:Return-Path|Delivered-To|Received):.*\r\n(?:[ \t].*\r\n)*)+/i.exec(whole.toString('latin1'))?.[0] ?? ''
    const recipient = /^Delivered-To: (.*)\r$/im.exec(trace)?.[1] ?? ''
    const raw = whole.subarray(trace.length)
    return { ...read, recipient, raw, whole, first: Buffer.from(read.first, 'base64') }
  })
}

const quotedHead = Buffer.from('Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n')

/** `type/subtype` of the parts, nested as they are; with the encoding, the disposition and the names where they have such. */
function outline(part: unknown): unknown {
  if (!Array.isArray(part)) return part
  if (Array.isArray(part[0])) {
    const end = part.findIndex((one) => !Array.isArray(one))
    return { [`multipart/${String(part[end]).toLowerCase()}`]: part.slice(0, end).map(outline) }
  }
  const [type, subtype, parameters, id, , encoding] = part as [string, string, string[] | null, string | null, unknown, string]
  // RFC 9051 7.5.2: a text has its lines before the extension data.
  const at = type.toLowerCase() === 'text' ? 9 : 8
  const [disposition] = (part[at] as [string] | null) ?? ['none']
  const names = (parameters ?? []).filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
  return [`${type}/${subtype}`.toLowerCase(), encoding.toLowerCase(), disposition.toLowerCase(), id !== null, names]
}

/** Both bodies once, each as its own, with what belongs to the HTML beside it; what is to be kept behind them. */
const expected = {
  'multipart/mixed': [
    {
      'multipart/alternative': [
        ['text/plain', 'quoted-printable', 'none', false, ['charset']],
        {
          'multipart/related': [
            ['text/html', 'quoted-printable', 'none', false, ['charset']],
            ['image/gif', 'base64', 'inline', true, ['name']],
          ],
        },
      ],
    },
    ['application/octet-stream', 'base64', 'attachment', false, ['name']],
  ],
}

describe('Dovecot', () => {
  test('gives back over IMAP what a campaign handed over, whole, and in its structure', async ({ lab }) => {
    const workplace = await sendCampaign(lab)
    const sent = await renderSent(workplace)
    const stored = await readOverImap(lab)
    expect(stored.map(({ recipient }) => recipient).toSorted()).toEqual(people.map(({ email }) => email).toSorted())
    const links = new Set<string>()

    for (const { recipient, raw, whole, size, structure, section, first } of stored) {
      expect(raw.equals(sent.get(recipient) ?? Buffer.alloc(0)), recipient).toBe(true)
      expect(size).toBe(whole.length)
      expect(outline(structure)).toEqual(expected)
      expect(await verifyMail(whole, workplace.records)).toEqual(['pass', 'pass'])

      const { name } = people.find(({ email }) => email === recipient) ?? { name: '' }
      const mail = await simpleParser(whole)
      const link = /https:\/\/news\.client\.test\/u\/[a-z2-7]{45}/.exec(mail.text ?? '')?.[0] ?? ''
      links.add(link)
      expect(mail.subject).toBe(`${name}, ein Gruß aus 東京`)
      expect(mail.to).toMatchObject({ value: [{ address: recipient, name }] })
      expect(mail.text).toBe(text.replace('{{ name }}', name).replace('{{ unsubscribe_url }}', link))
      expect(mail.headers.get('list')).toMatchObject({
        unsubscribe: { url: link },
        'unsubscribe-post': { name: 'List-Unsubscribe=One-Click' },
      })
      // The part that a program fetches to show the text first.
      expect(section).toBe('1.1')
      const shown = await simpleParser(Buffer.concat([quotedHead, first]))
      expect(shown.text?.trimEnd()).toBe(mail.text?.trimEnd())

      const [dot, kept] = mail.attachments
      expect(mail.attachments).toHaveLength(2)
      expect(dot).toMatchObject({ contentType: 'image/gif', related: true, filename: 'dot.gif', content: picture })
      expect(kept).toMatchObject({ filename: 'Geschäftsbedingungen 条件.bin', contentDisposition: 'attachment', content: terms })
      // As it came, mailparser puts the picture itself into the HTML in place of its cid.
      expect(mail.html).toContain(`<b>${name}</b>`)
      expect(mail.html).toContain(`src="data:image/gif;base64,${picture.toString('base64')}"`)
      expect(mail.html).toContain(`<a href="${link}"`)
    }
    expect(links.size).toBe(people.length)
    // Python's parser finds the same files, and nothing wrong with any part.
    const input = stored.map(({ raw }) => `${raw.toString('base64')}\n`).join('')
    const read = await runOrThrow(['/usr/bin/python3', join(repository, 'test/interop/readParts.py')], { input })
    for (const line of read.split('\n').filter(Boolean)) {
      const { files, defects } = JSON.parse(line) as { files: readonly (string | null)[][]; defects: readonly string[] }
      expect(defects).toEqual([])
      expect(files.map(([type, name, disposition, , content]) => [type, name, disposition, content])).toEqual([
        ['application/octet-stream', 'Geschäftsbedingungen 条件.bin', 'attachment', terms.toString('hex')],
        ['image/gif', 'dot.gif', 'inline', picture.toString('hex')],
      ])
    }
  })
})
