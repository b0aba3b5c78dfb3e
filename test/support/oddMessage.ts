import * as fc from 'fast-check'
import MailComposer from 'nodemailer/lib/mail-composer'
import { type Attachment, MessagePlan, planBody } from '../../src/mime/index.ts'

/** A message by its meaning, in pieces as a template gives them. */
export interface OddMessage {
  readonly fromName: string
  readonly toName: string
  readonly address: string
  readonly subject: string
  readonly note: string
  /** Fixed text and values in turn, beginning with fixed text. */
  readonly text: readonly string[]
  readonly html: readonly string[]
  readonly attachments: readonly Attachment[]
}

const breaks = [
  '',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '  \n',
  ' \n ',
  '.',
  '\n.\n',
  '..\n',
  'From here\n',
  '=',
  '=20',
  '=\n',
  '--=_',
  '\n--\n',
]
const languages = ['é', '日本語', '😀', '👩‍👩‍👧', 'שלום', 'مرحبا بالعالم', 'नमस्ते', '\u200f', 'a\u0301', '\ufeff', '\u2028', '{{ x }}']
const lengths = ['x'.repeat(74), 'x'.repeat(75), 'x'.repeat(76), 'x'.repeat(2_000), 'ü'.repeat(500), 'word '.repeat(60)]

/** Pieces of text in which something has gone wrong at one time or another. */
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme', maxLength: 200 }) },
  fc.constantFrom(...breaks, ...languages, ...lengths),
)

const pieces = fc.array(piece, { minLength: 1, maxLength: 9 })
const words = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('Jörg', '日本', '😀', 'שלום', 'a, b', '"q"', "O'Neil", '(x)', '=?x?='),
    ),
    {
      maxLength: 6,
    },
  )
  // A run of spaces is the one thing that a folded header does not keep (RFC 5322 2.2.3).
  .map((some) => some.join(' ').replace(/\s+/g, ' ').trim())

const attachment: fc.Arbitrary<Attachment> = fc
  .record({
    name: fc.constantFrom(
      'a.pdf',
      'Größe 1.pdf',
      '日本語のファイル.png',
      'with "quotes".txt',
      "it's; a, test.csv",
      'x'.repeat(150),
      'שלום.doc',
      '😀.gif',
    ),
    type: fc.constantFrom('application/pdf', 'image/png', 'application/octet-stream'),
    octets: fc.uint8Array({ maxLength: 300 }),
    cid: fc.option(fc.constantFrom('one@sealpost', 'two@sealpost'), { nil: undefined }),
  })
  .map(({ name, type, octets, cid }) => ({
    name,
    type,
    content: Buffer.from(octets).toString('base64'),
    ...(cid === undefined ? {} : { cid }),
  }))

export const oddMessage: fc.Arbitrary<OddMessage> = fc.record({
  fromName: words,
  toName: words,
  address: fc.constantFrom('ada@example.com', 'a.b+c@mail.example.com', 'x_y@xn--bcher-kva.example'),
  subject: words,
  note: words,
  text: pieces,
  html: pieces,
  attachments: fc.uniqueArray(attachment, { maxLength: 3, selector: ({ cid, name }) => cid ?? name }),
})

const date = Date.UTC(2026, 10, 23, 12)
const messageId = '<7.0123456789abcdef@shop.example>'

/** As a campaign makes it: each second piece is a value of the recipient's. */
export function composeOurs(odd: OddMessage): Buffer {
  const fixed = (all: readonly string[]) => planBody(all.map((one, index) => (index % 2 === 0 ? one : undefined)))
  const values = (all: readonly string[]): string[] => all.filter((_, index) => index % 2 === 1)
  const plan = new MessagePlan({
    from: { name: odd.fromName, address: 'news@shop.example' },
    headers: [['X-Note', undefined]],
    text: fixed(odd.text),
    html: fixed(odd.html),
    attachments: odd.attachments,
    seed: 'odd',
  })
  return plan.compose({
    to: { name: odd.toName, address: odd.address },
    subject: odd.subject,
    date,
    messageId,
    headers: [odd.note],
    text: values(odd.text),
    html: values(odd.html),
  })
}

/** As nodemailer's MailComposer makes it. */
export async function composeTheirs(odd: OddMessage): Promise<Buffer> {
  return new MailComposer({
    from: { name: odd.fromName, address: 'news@shop.example' },
    to: { name: odd.toName, address: odd.address },
    subject: odd.subject,
    headers: { 'X-Note': odd.note },
    text: odd.text.join(''),
    html: odd.html.join(''),
    date: new Date(date),
    messageId,
    attachments: odd.attachments.map(({ name, type, content, cid }) => ({
      filename: name,
      contentType: type,
      content: Buffer.from(content, 'base64'),
      contentTransferEncoding: 'base64',
      contentDisposition: cid === undefined ? 'attachment' : 'inline',
      ...(cid === undefined ? {} : { cid }),
    })),
  })
    .compile()
    .build()
}
