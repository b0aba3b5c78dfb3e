import { generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { simpleParser } from 'mailparser'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { SealpostError } from '../errors.ts'
import {
  type RenderOptions,
  type RenderTarget,
  checkTemplates,
  createHeaderGuard,
  createRenderer,
  freezeCampaign,
  loadCampaign,
  readSigningKeys,
} from './index.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const ada: RenderTarget = {
  id: 'abcdefghijklmnopqrst234567',
  address: 'ada@example.com',
  columns: { name: 'Ada Łukasz', email: 'ada@example.com' },
  createdAt: Date.UTC(2026, 10, 23, 12),
}

async function freeze(entries: string, files: Readonly<Record<string, string | Buffer>> = {}) {
  const all = { 'list.csv': 'email,name\nada@example.com,Ada\n', 'm.html': '<p>Hi {{ name }}</p>', ...files }
  for (const [name, content] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  const usual = 'name: spring\nlist: list.csv\nfrom: Shop <news@shop.example>\nsubject: Hi\n'
  await writeFile(join(folder, 'campaign.yaml'), usual + entries)
  return freezeCampaign(await loadCampaign(join(folder, 'campaign.yaml')))
}

async function read(frozen: Awaited<ReturnType<typeof freeze>>, options?: RenderOptions) {
  const { raw } = await createRenderer(frozen, options).render(ada)
  return { raw: raw.toString(), mail: await simpleParser(raw, { skipImageLinks: true }) }
}

async function explain(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => 'was accepted',
    (reason: unknown) => reason,
  )
  if (!(error instanceof SealpostError)) throw new Error(String(error), { cause: error })
  return `${error.code} ${error.where} ${error.what}`.replaceAll(`${folder}/`, '')
}

const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

test('a campaign that uses nothing of this has the digest that it always had', async () => {
  expect((await freeze('html: m.html\n')).digest).toBe('9bc5715d0572be9eb2d8a4a8841b6493fad985f25a9b8d986053a7e853ea3c02')
})

test('the preheader comes first in the HTML, filled in, and is no part of the text', async () => {
  const { mail } = await read(await freeze('html: m.html\npreheader: "For {{ name }} & you"\n'))
  expect(mail.html).toMatch(/^<div style="display:none[^>]*>For Ada Łukasz & you&#847;.*<\/div><p>Hi Ada Łukasz<\/p>/s)
  expect(mail.text?.trim()).toBe('Hi Ada Łukasz')
})

test('partials come from the folder of the campaign, and see the columns', async () => {
  const frozen = await freeze('html: m.html\ntext: m.txt\n', {
    'm.html': "<p>{% render 'parts/foot.html', word: 'bye' %}</p>",
    'm.txt': '{% render "parts/foot.html", word: "bye" %}',
    'parts/foot.html': '{{ word }} {{ name }}',
  })
  const { mail } = await read(frozen)
  expect([mail.html, mail.text]).toEqual(['<p>bye Ada Łukasz</p>', 'bye Ada Łukasz'])
  await checkTemplates(frozen, ['name', 'email'])
})

test.each([
  [{ 'm.html': 'x\n{% render "gone.html" %}' }, 'SP_FILE_MISSING m.html:2 gone.html is not there, or cannot be read'],
  [
    { 'm.html': '{% render "a.html" %}', 'a.html': '\n{% render "a.html" %}' },
    'SP_TEMPLATE_INVALID a.html:2 The partial a.html brings in itself',
  ],
  [
    { 'm.html': '{% render "a.html" %}', 'a.html': '{% render "b.html" %}', 'b.html': '\n\n{% render "a.html" %}' },
    'SP_TEMPLATE_INVALID b.html:3 The partial a.html brings in itself',
  ],
])('partials such as %j: %s', async (files, expected) => {
  expect(await explain(freeze('html: m.html\n', files))).toBe(expected)
})

test('a name that is missing in a partial is told with its line there', async () => {
  const frozen = await freeze('html: m.html\n', { 'm.html': '{% render "a.html" %}', 'a.html': '\n\n{{ nmae }}' })
  expect(await explain(checkTemplates(frozen, ['name', 'email']))).toMatch(
    /^SP_TEMPLATE_INVALID a\.html:3 The template uses "nmae".*did you mean "name"/,
  )
})

// The threat: a template from elsewhere names a link in its folder that leads out of it.
test('a link that leads out of the folder is not followed', async () => {
  await symlink('/etc/passwd', join(folder, 'secret.html'))
  expect(await explain(freeze('html: m.html\n', { 'm.html': '{% render "secret.html" %}' }))).toBe(
    'SP_FILE_UNREADABLE m.html:1 secret.html is outside of the folder of the campaign',
  )
  expect(await explain(freeze('html: m.html\n', { 'm.html': '<img src="secret.html">' }))).toContain('outside of the folder')
})

test('pictures that the HTML names as files travel with it, once', async () => {
  const html =
    '<img src="a.gif"><td background=\'sub/b.gif\'><img src="https://x.example/c.gif"><img src="a.gif">{{ name }}<img src="{{ name }}">'
  const { raw, mail } = await read(
    await freeze('html: m.html\n', { 'm.html': html, 'a.gif': pixel, 'sub/b.gif': Buffer.concat([pixel, pixel]) }),
  )
  const [one, two] = mail.attachments
  expect(
    mail.attachments.map(({ filename, contentType, contentDisposition }) => [filename, contentType, contentDisposition]),
  ).toEqual([
    ['a.gif', 'image/gif', 'inline'],
    ['b.gif', 'image/gif', 'inline'],
  ])
  expect(one?.content).toEqual(pixel)
  expect(mail.html).toBe(
    `<img src="cid:${one?.cid}"><td background='cid:${two?.cid}'><img src="https://x.example/c.gif"><img src="cid:${one?.cid}">Ada Łukasz<img src="Ada Łukasz">`,
  )
  expect(raw).toMatch(/multipart\/alternative;.*text\/plain.*multipart\/related;.*text\/html.*image\/gif/s)
})

test('a picture that is not there is told with its line', async () => {
  expect(await explain(freeze('html: m.html\n', { 'm.html': '<p>\n<img\nsrc="no.png">' }))).toBe(
    'SP_FILE_MISSING m.html:3 no.png is not there, or cannot be read',
  )
})

test('attachments have their names in any language, and types by their ends', async () => {
  const frozen = await freeze(
    'html: m.html\nattachments:\n  - a.pdf\n  - { file: b.bin, name: "日本語 «Größe».png" }\n  - { file: b.bin, type: text/calendar, name: x.ics }\n',
    { 'a.pdf': '%PDF', 'b.bin': Buffer.from([0, 1, 2, 255]) },
  )
  const { mail } = await read(frozen)
  expect(mail.attachments.map(({ filename, contentType }) => [filename, contentType])).toEqual([
    ['a.pdf', 'application/pdf'],
    ['日本語 «Größe».png', 'image/png'],
    ['x.ics', 'text/calendar'],
  ])
  expect(mail.attachments[1]?.content).toEqual(Buffer.from([0, 1, 2, 255]))
})

test('files are larger than 20 MB in all: what to do', async () => {
  const big = Buffer.alloc(11 * 1024 * 1024)
  expect(await explain(freeze('html: m.html\nattachments: [a.zip, b.zip]\n', { 'a.zip': big, 'b.zip': big }))).toMatch(
    /^SP_CAMPAIGN_INVALID campaign\.yaml:6 With b\.zip, the files that travel with each message are larger than 20 MB/,
  )
})

test('HTML of 5 MB is refused, and what to do is said', async () => {
  const html = `<img src="data:image/png;base64,${'A'.repeat(5_000_000)}">`
  await expect(freeze('html: m.html\n', { 'm.html': html })).rejects.toMatchObject({
    code: 'SP_TEMPLATE_INVALID',
    what: 'The file is larger than 1 MB',
    next: expect.stringContaining('Name pictures as files'),
  })
})

test('MJML is laid out, filled in, and has a text', async () => {
  const mjml =
    '<mjml><mj-body><mj-section><mj-column><mj-image src="a.gif" />\n<mj-text>Hi {{ name }}</mj-text></mj-column></mj-section></mj-body></mjml>'
  const frozen = await freeze('html: m.mjml\npreheader: News\n', { 'm.mjml': mjml, 'a.gif': pixel })
  const { mail } = await read(frozen)
  expect(mail.html).toMatch(/<body[^>]*><div style="display:none[^>]*>News.*src="cid:.*Hi Ada Łukasz/s)
  expect(mail.text?.trim()).toBe('Hi Ada Łukasz')
  const wrong = await freeze('html: m.mjml\npreheader: News\n', { 'm.mjml': mjml.replace('name', 'nmae'), 'a.gif': pixel })
  expect(await explain(checkTemplates(wrong, ['name', 'email']))).toMatch(
    /^SP_TEMPLATE_INVALID m\.mjml:2 The template uses "nmae"/,
  )
})

test('names, lists and senders stand in their headers', async () => {
  const frozen = await freeze(
    'html: m.html\ntoName: name\nsender: Agency <post@agency.example>\nlistId: "Shop news <news.shop.example>"\nfeedbackId: shop\n',
  )
  const { raw } = await read(frozen)
  const head = raw.split('\r\n\r\n')[0]?.split('\r\n') ?? []
  expect(head).toContain('Sender: Agency <post@agency.example>')
  expect(head).toContain('To: =?UTF-8?Q?Ada_=C5=81ukasz?= <ada@example.com>')
  expect(head).toContain('List-ID: Shop news <news.shop.example>')
  expect(head).toContain('Feedback-ID: spring:shop.example:campaign:shop')
  expect(head).toContain('Precedence: bulk')
  expect(head).toContain('Message-ID: <abcdefghijklmnopqrst234567@shop.example>')
  expect(raw).not.toContain('Auto-Submitted')
  expect(await explain(checkTemplates({ ...frozen, toName: 'nmae' }, ['name']))).toContain('toName names "nmae"')
})

test('headers of others are put in as they are, and signed', async () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  await writeFile(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const frozen = await freeze('html: m.html\n')
  const keys = await readSigningKeys(
    [{ domain: 'shop.example', selector: 's1', key: join(folder, 'key.pem'), where: 'c:1' }],
    'news@shop.example',
  )
  const options: RenderOptions = { keys, headers: ({ id }) => ({ 'List-Unsubscribe': `<https://shop.example/u/${id}>` }) }
  const first = await read(frozen, options)
  const second = await read(frozen, options)
  expect(second.raw).toBe(first.raw)
  expect(first.raw).toMatch(/^DKIM-Signature: v=1; a=ed25519-sha256;/)
  expect(first.raw.replace(/\r\n[ \t]+/g, '')).toContain(`t=${ada.createdAt / 1_000};`)
  expect(first.raw).toContain(`\r\nList-Unsubscribe: <https://shop.example/u/${ada.id}>\r\n`)
})

test('keys that cannot sign for From are told with the line that names them', async () => {
  const file = { domain: 'other.example', selector: 's1', key: join(folder, 'key.pem'), where: 'campaign.yaml:9' }
  expect(await explain(readSigningKeys([file], 'news@shop.example'))).toMatch(/^SP_FILE_MISSING campaign\.yaml:9 /)
  await writeFile(join(folder, 'key.pem'), 'no key')
  expect(await explain(readSigningKeys([file], 'news@shop.example'))).toMatch(/^SP_KEY_INVALID campaign\.yaml:9 key\.pem: /)
  const { privateKey } = generateKeyPairSync('ed25519')
  await writeFile(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  expect(await explain(readSigningKeys([file], 'news@shop.example'))).toContain('No key signs for shop.example')
  expect(await explain(readSigningKeys([{ ...file, selector: 'a b' }], 'n@other.example'))).toMatch(
    /^SP_DKIM_INVALID campaign\.yaml:9 /,
  )
  expect(await readSigningKeys([file], 'News <news@mail.other.example>')).toHaveLength(1)
})

describe('a key is asked to be of the same organisation as From (RFC 7489 3.1.1, 3.2)', () => {
  it.each([
    ['shop.example', 'mail.shop.example', true],
    ['mail.shop.example', 'shop.example', true],
    // Siblings: neither is below the other, and DMARC takes them all the same.
    ['send.shop.example', 'news.shop.example', true],
    ['shop.co.uk', 'news.shop.co.uk', true],
    // What anybody can register below is nobody's: no suffix vouches for those below it, nor they for it.
    ['co.uk', 'shop.co.uk', false],
    ['other.co.uk', 'shop.co.uk', false],
    ['github.io', 'shop.github.io', false],
    ['ada.github.io', 'shop.github.io', false],
    ['notshop.example', 'shop.example', false],
  ])('d=%s for %s: %s', async (domain, from, fine) => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const key = join(folder, 'border.pem')
    await writeFile(key, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const reading = readSigningKeys([{ domain, selector: 's1', key, where: 'campaign.yaml:9' }], `news@${from}`)
    if (fine) expect(await reading).toHaveLength(1)
    else expect(await explain(reading)).toContain(`No key signs for ${from}`)
  })
})

// The threat: a cell of the list brings a line break into the subject, and with it a header.
test('a line break in a column that stands in a header is told with row and column', async () => {
  const guard = createHeaderGuard(await freeze('html: m.html\nheaders: { X-For: "{% if true %}{{ name }}{% endif %}" }\n'))
  const row = (columns: Readonly<Record<string, string>>) => ({ line: 7, address: 'a@x.org', columns })
  expect(() => guard(row({ name: 'Ada', note: 'a\nb' }))).not.toThrow()
  for (const [text, kind] of [
    ['x\r\nBcc: v@x.org', 'a CR'],
    ['x\ny', 'a line break'],
    ['x\0', 'a NUL'],
  ] as const) {
    expect(() => guard(row({ name: text }))).toThrow(
      expect.objectContaining({
        where: 'list.csv:7',
        what: `The column "name" has ${kind} in it, and the campaign uses it in a header`,
      }),
    )
  }
})

test('a template that fails for a row of the list says which', async () => {
  const frozen = await freeze('html: m.html\n', {
    'm.html': '{% assign n = name | times: 1 %}{% for i in (1..n) %}{% for j in (1..n) %}x{% endfor %}{% endfor %}',
  })
  const sample = { line: 9, address: 'a@x.org', columns: { name: '4000', email: 'a@x.org' } }
  expect(await explain(checkTemplates(frozen, ['name', 'email'], [sample]))).toMatch(
    /look at its loops \(with line 9 of list\.csv\)$/,
  )
})

// The threat: each partial brings in the next one twice, and forty of them are a million million.
test('partials that bring in others many times are read once, and rendered within bounds', async () => {
  const parts = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [
      `p${index}.html`,
      index === 39 ? 'x' : `{% render "p${index + 1}.html" %}`.repeat(2),
    ]),
  )
  const frozen = await freeze('html: m.html\n', { 'm.html': '{% render "p0.html" %}', ...parts })
  expect(await explain(checkTemplates(frozen, ['name', 'email']))).toMatch(/look at its loops$/)
})
