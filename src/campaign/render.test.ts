import { createHash } from 'node:crypto'
import { mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SealpostError } from '../errors.ts'
import { openList } from '../list/index.ts'
import { checkMessage } from '../mime/index.ts'
import { loadSettings } from '../settings/index.ts'
import {
  checkTemplates,
  createRenderer,
  type FrozenCampaign,
  freezeCampaign,
  loadCampaign,
  parseFrozen,
  type RenderTarget,
  writeExamples,
} from './index.ts'
import { parseTemplate } from './template.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const ada: RenderTarget = {
  id: '7.0123456789abcdef',
  address: 'ada@example.com',
  columns: { mail: 'Ada@Example.com', name: 'Ada' },
  createdAt: Date.UTC(2026, 10, 23, 12),
}

interface Files {
  readonly campaign?: string
  readonly text?: string
  readonly html?: string
  readonly list?: string
}

async function put(files: Files): Promise<void> {
  const entries = `name: spring\nlist: list.csv\nfrom: Shop <news@shop.example>\nsubject: "Hi {{ name }}"\ntext: message.txt\n`
  await writeFile(join(folder, 'list.csv'), files.list ?? 'mail,name\nada@example.com,Ada\n')
  await writeFile(join(folder, 'message.txt'), files.text ?? 'Hello {{ name }}\n')
  await writeFile(join(folder, 'message.html'), files.html ?? '<p>Hello {{ name }}</p>\n')
  await writeFile(join(folder, 'campaign.yaml'), files.campaign ?? `${entries}html: message.html\n`)
}

async function freeze(files: Files = {}): Promise<FrozenCampaign> {
  await put(files)
  return freezeCampaign(await loadCampaign(join(folder, 'campaign.yaml')))
}

async function explain(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => 'was accepted',
    (reason: unknown) => reason,
  )
  if (!(error instanceof SealpostError)) throw new Error(String(error), { cause: error })
  return `${error.code} ${error.where} ${error.what}`.replaceAll(`${folder}/`, '')
}

const columns = ['mail', 'name']

test('a message is made for its recipient', async () => {
  const { from, to, raw } = await createRenderer(await freeze()).render(ada)
  expect([from, to]).toEqual(['news@shop.example', 'ada@example.com'])
  const head = raw.toString().split('\r\n\r\n')[0]?.split('\r\n')
  expect(head?.slice(0, 6)).toEqual([
    'From: Shop <news@shop.example>',
    'To: ada@example.com',
    'Subject: Hi Ada',
    'Message-ID: <7.0123456789abcdef@shop.example>',
    'Date: Mon, 23 Nov 2026 12:00:00 +0000',
    'Precedence: bulk',
  ])
  expect(raw.toString()).toContain('<p>Hello Ada</p>')
})

test('a second try gives the same bytes, in another process too', async () => {
  const frozen = await freeze()
  const first = await createRenderer(frozen).render(ada)
  const second = await createRenderer(parseFrozen(JSON.stringify(frozen))).render(ada)
  expect(second.raw.equals(first.raw)).toBe(true)
})

test('headers are templates, and may speak for themselves about bulk', async () => {
  const entries = 'name: s\nlist: list.csv\nfrom: a@shop.example\nreplyTo: Help <h@shop.example>\nsubject: x\ntext: message.txt\n'
  const frozen = await freeze({
    campaign: `${entries}headers:\n  X-For: "{{ name }}"\n  X-None: "{% if false %}x{% endif %}"\n  precedence: list\n`,
  })
  const message = (await createRenderer(frozen).render(ada)).raw.toString()
  expect(message).toMatch(/^X-For: Ada\r$/m)
  expect(message).toMatch(/^Reply-To: Help <h@shop\.example>\r$/m)
  expect(message.match(/^precedence: .*$/gim)).toEqual(['Precedence: list'])
  expect(message).not.toContain('X-None')
})

test('values are escaped in HTML and nowhere else', async () => {
  const frozen = await freeze({ html: '<a title="{{ name }}">{{ name }}</a> {{ name | raw }}' })
  const name = `<b>&"'`
  const message = (await createRenderer(frozen).render({ ...ada, columns: { ...ada.columns, name } })).raw.toString()
  expect(message).toContain(`Hello <b>&"'\r\n`)
  expect(message.replace(/=\r\n/g, '')).toContain(`<a title=3D"&lt;b&gt;&amp;&#34;&#39;">&lt;b&gt;&amp;&#34;&#39;</a> <b>&"'`)
})

test('email is the address that the message goes to', async () => {
  const frozen = await freeze({ text: '{{ email }} {{ mail }}' })
  expect((await createRenderer(frozen).render(ada)).raw.toString()).toContain('ada@example.com Ada@Example.com')
  const own = { ...ada, columns: { ...ada.columns, email: 'other@example.com' } }
  expect((await createRenderer(frozen).render(own)).raw.toString()).not.toContain('other@example.com')
})

// The threat: a row of the list brings line breaks, or Liquid of its own, into the headers and parts of a message.
test('a value from the list is a value, whatever it holds', async () => {
  const entries =
    'name: s\nlist: list.csv\nfrom: a@shop.example\nsubject: "Hi {{ name }}"\nhtml: message.html\ntext: message.txt\n'
  const renderer = createRenderer(await freeze({ campaign: `${entries}headers:\n  X-For: "{{ name }}"\n` }))
  const names = (raw: Buffer): string[] =>
    (raw.toString().split('\r\n\r\n')[0] ?? '').split(/\r\n(?![ \t])/).map((line) => line.split(':')[0] ?? '')
  const expected = names((await renderer.render(ada)).raw)
  const piece = fc.constantFrom(
    '\r',
    '\n',
    '\r\n',
    '\0',
    'Bcc: v@x.org',
    '{{ email }}',
    '{% include "x" %}',
    '<script>',
    '--=_',
    '=?utf-8?Q?',
    '?=',
    '\u2028',
    'é',
    ' ',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const name = pieces.join('')
      const { raw, to } = await renderer.render({ ...ada, columns: { ...ada.columns, name } })
      checkMessage(raw)
      expect(to).toBe('ada@example.com')
      // A header that comes out empty is left out.
      expect([expected, expected.filter((header) => header !== 'X-For')]).toContainEqual(names(raw))
      expect(raw.toString().split('text/html')[1]).not.toContain('<script>')
    }),
    { numRuns: 300 },
  )
})

test('an id that cannot stand in a Message-ID, and an address that cannot stand in To, are refused', async () => {
  const renderer = createRenderer(await freeze())
  expect(await explain(renderer.render({ ...ada, id: 'x>\r\nBcc: v@x.org' }))).toMatch(/^SP_MESSAGE_INVALID/)
  expect(await explain(renderer.render({ ...ada, address: 'a@x.org\r\nBcc: v@x.org' }))).toMatch(/^SP_ADDRESS_INVALID/)
})

test('a frozen campaign is plain JSON, and what is edited later does not reach it', async () => {
  const frozen = await freeze()
  const kept = JSON.stringify(frozen)
  await put({ text: 'Other {{ name }}', list: 'x' })
  const message = (await createRenderer(parseFrozen(kept)).render(ada)).raw.toString()
  expect(message).toContain('Hello Ada')
  expect(frozen).toMatchObject({ list: 'list.csv', text: 'Hello {{ name }}\n', subject: 'Hi {{ name }}', level: 'encrypted' })
  expect(frozen.listSha256).toBe(createHash('sha256').update('mail,name\nada@example.com,Ada\n').digest('hex'))
})

test('the digest is that of the content, and can be checked by anyone', async () => {
  const frozen = await freeze()
  const { digest, places: _, ...content } = frozen
  const sorted = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([one], [other]) => (one < other ? -1 : 1))
            .map(([key, item]) => [key, sorted(item)]),
        )
      : value
  expect(digest).toBe(
    createHash('sha256')
      .update(JSON.stringify(sorted(content)))
      .digest('hex'),
  )
})

test('a comment, a moved folder or another secret leave the digest; what recipients get does not', async () => {
  const { digest } = await freeze()
  const entries = await readFile(join(folder, 'campaign.yaml'), 'utf8')
  expect((await freeze({ campaign: `# a comment\n\n${entries}` })).digest).toBe(digest)
  const moved = `${folder}-moved`
  await rename(folder, moved)
  expect((await freezeCampaign(await loadCampaign(join(moved, 'campaign.yaml')))).digest).toBe(digest)
  await rename(moved, folder)
  const relay = (name: string): string => `${entries}route: { relay: r.example, auth: { user: u, passwordEnv: ${name} } }\n`
  const routed = await freeze({ campaign: relay('A') })
  expect(routed.digest).toBe((await freeze({ campaign: relay('B') })).digest)
  // Where the secret is to be had, never what it is.
  expect(routed.login?.secret).toEqual({ kind: 'variable', name: 'A' })
  const later = await freeze({
    campaign: `${entries}at: "2031-01-31 09:00 UTC"\npace: { perHour: 5, window: "08:00-20:00 UTC", days: mon }\n`,
  })
  expect(later).toMatchObject({
    digest,
    startsAt: { at: Date.UTC(2031, 0, 31, 9), zone: 'UTC' },
    pace: { perHour: 5, window: { from: 480, to: 1_200, zone: 'UTC', days: [1] } },
  })
  expect(parseFrozen(JSON.stringify(later))).toEqual(later)
  const others = [
    await freeze({ text: 'Bye {{ name }}' }),
    await freeze({ html: '<p>Bye</p>' }),
    await freeze({ list: 'mail,name\nbob@example.com,Bob\n' }),
    await freeze({ campaign: `${entries}level: valid\n` }),
    await freeze({ campaign: `${entries}domains: { a.example: valid }\n` }),
    await freeze({ campaign: `${entries}headers: { X-A: b }\n` }),
    await freeze({ campaign: `${entries}replyTo: a@example.org\n` }),
    routed,
  ]
  expect(new Set([digest, ...others.map((other) => other.digest)]).size).toBe(others.length + 1)
})

test('a frozen campaign that was changed is not taken back', async () => {
  const frozen = await freeze()
  expect(parseFrozen(JSON.stringify(frozen))).toEqual(frozen)
  const damaged = [JSON.stringify({ ...frozen, subject: 'x' }), '{', 'null', '{}', JSON.stringify(frozen).slice(0, -5)]
  for (const json of damaged) expect(() => parseFrozen(json)).toThrow(/not the one that was put there/)
  expect(() => parseFrozen(JSON.stringify({ ...frozen, version: 2 }))).toThrow(/newer version/)
})

test('a list that is gone is an error', async () => {
  await put({})
  const campaign = await loadCampaign(join(folder, 'campaign.yaml'))
  await rename(campaign.list, `${campaign.list}.old`)
  expect(await explain(freezeCampaign(campaign))).toBe('SP_FILE_MISSING list.csv The file does not exist')
})

test.each([
  [
    { text: 'a\n\nHello {{ nmae }}' },
    'message.txt:3 The template uses "nmae", which is no column of the list (did you mean "name"?); there are mail, name, email',
  ],
  [{ html: 'a\n{{ x }}' }, 'message.html:2 The template uses "x", which is no column of the list; there are mail, name, email'],
  [{ html: '{% if name == "never" %}\n{{ x }}{% endif %}' }, /^SP_TEMPLATE_INVALID message\.html:2 The template uses "x"/],
  [{ text: '\n{{ y | default: "z" }}' }, /^SP_TEMPLATE_INVALID message\.txt:2 The template uses "y"/],
  [{ text: '{% if z %}{% endif %}' }, /^SP_TEMPLATE_INVALID message\.txt:1 The template uses "z"/],
  [{ text: '{{ name | append: q }}' }, /^SP_TEMPLATE_INVALID message\.txt:1 The template uses "q"/],
  [{ text: '{{ name.first_name }}' }, /^SP_TEMPLATE_INVALID message\.txt:1 The template uses "name\.first_name"/],
  [{ text: '{{ constructor }}' }, /^SP_TEMPLATE_INVALID message\.txt:1 The template uses "constructor"/],
  [
    { text: '\n{% for i in (1..1000000000) %}x{% endfor %}' },
    'message.txt:2 The template makes too much, or takes too long: look at its loops',
  ],
  [
    { text: '{% for i in (1..5000) %}{% for j in (1..5000) %}x{% endfor %}{% endfor %}' },
    'message.txt:1 The template makes too much, or takes too long: look at its loops',
  ],
  [
    { text: `{% for i in (1..9000) %}${'x'.repeat(1000)}{% endfor %}` },
    'message.txt:1 What the template makes is larger than 5 MB',
  ],
])('%j is found before anything is sent: %s', async (files, expected) => {
  const frozen = await freeze(files)
  expect(await explain(checkTemplates(frozen, columns))).toMatch(expected)
})

test('a subject and a header are checked as well, with their lines', async () => {
  const entries = 'name: s\nlist: list.csv\nfrom: a@shop.example\ntext: message.txt\n'
  const subject = await freeze({ campaign: `${entries}subject: "{{ x }}"\n` })
  expect(await explain(checkTemplates(subject, columns))).toMatch(/^SP_TEMPLATE_INVALID campaign\.yaml:5 The template uses "x"/)
  const header = await freeze({ campaign: `${entries}subject: x\nheaders:\n  X-A: "{{ x }}"\n` })
  expect(await explain(checkTemplates(header, columns))).toMatch(/^SP_TEMPLATE_INVALID campaign\.yaml:7 The template uses "x"/)
})

test('what Liquid itself brings and what a template sets are no columns', async () => {
  const text =
    '{% assign a = name | split: "" %}{% for c in a %}{{ forloop.index }}{{ c }}{% endfor %}{% capture b %}{{ email }}{% endcapture %}{{ b }}{{ name.size }}{% case name %}{% when "x" %}{{ mail }}{% else %}{{ nil }}{% endcase %}'
  await expect(checkTemplates(await freeze({ text }), columns)).resolves.toBeUndefined()
})

test('a template that counts does not count in the row', async () => {
  const frozen = await freeze({ text: '{% increment name %}{% increment name %}', html: '<p>{{ name }}</p>' })
  expect((await createRenderer(frozen).render(ada)).raw.toString()).toContain('<p>Ada</p>')
})

test('a name that only one recipient lacks is told with its line', async () => {
  const frozen = await freeze({ text: 'a\n{{ name }}' })
  const { name: _, ...rest } = ada.columns
  expect(await explain(createRenderer(frozen).render({ ...ada, columns: rest }))).toMatch(
    /^SP_TEMPLATE_INVALID message\.txt:2 The template uses "name"/,
  )
})

test('any template gives a text or one error of ours', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    ' ',
    'name',
    'if',
    'endif',
    'for i in',
    '(1..3)',
    '|',
    'upcase',
    ':',
    '"',
    "'",
    '\n',
    '-',
    'raw',
    'assign x =',
    'x',
    '.',
    '[',
    ']',
    'comment',
    'echo',
    'liquid',
    '#',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.constantFrom('text' as const, 'html' as const), (pieces, medium) => {
      try {
        parseTemplate({ source: pieces.join(' '), file: 'm', line: 1 }, medium).render({ name: 'Ada' })
      } catch (error) {
        expect(error).toBeInstanceOf(SealpostError)
        expect((error as SealpostError).where).toMatch(/^m:\d+$/)
        expect((error as SealpostError).what).not.toMatch(/line:\d|file:|\n/)
      }
    }),
    { numRuns: 3000 },
  )
})

test('the examples load, and make a message for every row', async () => {
  const target = join(folder, 'new', 'start')
  const files = await writeExamples(target)
  expect(files.map((file) => file.slice(target.length + 1))).toEqual([
    'sealpost.yaml',
    'campaign.yaml',
    'list.csv',
    'message.txt',
    'message.html',
  ])
  expect((await loadSettings(join(target, 'sealpost.yaml'))).data).toBe(join(target, 'sealpost-data'))
  const campaign = await loadCampaign(join(target, 'campaign.yaml'))
  const frozen = await freezeCampaign(campaign)
  const list = await openList(campaign.list)
  await checkTemplates(frozen, list.columns)
  const renderer = createRenderer(frozen)
  const subjects: (string | undefined)[] = []
  for await (const row of list.rows()) {
    if (row.kind !== 'recipient') throw new Error(row.why)
    const { raw } = await renderer.render({ id: '1', address: row.address.text, columns: row.columns, createdAt: 0 })
    subjects.push(/^Subject: (.*)\r$/m.exec(raw.toString())?.[1])
  }
  expect(subjects).toEqual([
    'Ada Lovelace, our news of November',
    'Grace Hopper, our news of November',
    'Hello, our news of November',
  ])
})

test('what the example campaign comments out may be put in force', async () => {
  const target = join(folder, 'start')
  await writeExamples(target)
  const file = join(target, 'campaign.yaml')
  const text = await readFile(file, 'utf8')
  const route = text.indexOf('# route:')
  const opened = `${text.slice(0, route)}${text.slice(route).replace('route: direct\n', '')}`.replace(
    /^# ((?:addressColumn|replyTo|headers|domains|route):.*|  (?:X-Campaign|bank\.example|relay|port|security|auth):.*|    (?:user|passwordEnv):.*)$/gm,
    '$1',
  )
  await writeFile(file, opened)
  expect(await loadCampaign(file)).toMatchObject({
    addressColumn: 'email',
    replyTo: 'help@example.org',
    domains: { 'bank.example': 'valid' },
    route: { kind: 'relay', host: 'smtp.example.com', port: 587, security: 'starttls' },
    login: { user: { kind: 'literal', value: 'shop' }, secret: { kind: 'variable', name: 'SMTP_PASSWORD' } },
  })
})

test('examples are never written over a file, and then none is', async () => {
  await writeFile(join(folder, 'message.html'), 'mine')
  expect(await explain(writeExamples(folder))).toBe('SP_FILE_EXISTS message.html A file is already there')
  expect(await readdir(folder)).toEqual(['message.html'])
  expect(await readFile(join(folder, 'message.html'), 'utf8')).toBe('mine')
  expect(await explain(writeExamples(join(folder, 'message.html')))).toMatch(/^SP_FILE_EXISTS/)
})
