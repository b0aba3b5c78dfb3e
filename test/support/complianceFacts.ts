import { generateKeyPairSync } from 'node:crypto'
import type { ComplianceFacts, SampleFacts } from '../../src/compliance/index.ts'
import { readSample } from '../../src/compliance/index.ts'
import { type SignatureCheck, parseKeyRecord, printKeyRecord } from '../../src/dkim/index.ts'

const now = Date.parse('2026-11-25T12:00:00Z')

/** A message that keeps to every rule, with some of it exchanged. */
export interface MessageParts {
  readonly subject?: string
  readonly html?: string
  readonly text?: string
  /** Lines of the header in place of those of the same name, or beside them; null takes one out. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>
  /** Whole parts, after text and HTML. */
  readonly attachments?: readonly string[]
}

const usual = {
  From: 'Shop <news@shop.com>',
  To: 'ada@gmail.com',
  Date: 'Wed, 25 Nov 2026 12:00:00 +0000',
  'Message-ID': '<1.abc@shop.com>',
  Precedence: 'bulk',
  'List-Unsubscribe': '<https://news.shop.com/u/abc>, <mailto:u@shop.com>',
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  'MIME-Version': '1.0',
}

const words = 'Our spring offers are here, and they are good ones for you and for your friends. '.repeat(8)

export const happyHtml = `<div style="display:none">What is new this spring</div><p>${words}</p><img src="https://shop.com/a.png" alt="A chair" width="300"><a href="https://shop.com/spring">See it all</a><p>Shop Ltd, 1 Example Street, 12345 Example Town</p><a href="https://news.shop.com/u/abc">Unsubscribe</a> <a href="https://news.shop.com/t/abc">Do not count me</a>`
const happyText = `${words}\n\nShop Ltd, 1 Example Street, 12345 Example Town\nUnsubscribe: https://news.shop.com/u/abc\nDo not count me: https://news.shop.com/t/abc\n`

export function sampleOf(parts: MessageParts = {}, line = 2): SampleFacts {
  const headers: Record<string, string | readonly string[] | null> = {
    ...usual,
    Subject: parts.subject ?? 'Spring is here',
    ...parts.headers,
  }
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === null ? [] : [value].flat().map((one) => `${name}: ${one}`),
  )
  const html = parts.html ?? happyHtml
  const bodies = [
    `Content-Type: text/plain; charset=utf-8\r\n\r\n${parts.text ?? happyText}`,
    ...(html === '' ? [] : [`Content-Type: text/html; charset=utf-8\r\n\r\n${html}`]),
    ...(parts.attachments ?? []),
  ]
  const body = bodies.map((one) => `--b\r\n${one}\r\n`).join('')
  const type = headers['Content-Type'] === undefined ? ['Content-Type: multipart/mixed; boundary=b'] : []
  const raw = `${[...lines, ...type].join('\r\n')}\r\n\r\n${body}--b--\r\n`
  const sample = readSample(line, Buffer.from(raw))
  if (!sample) throw new Error('the sample is no message')
  return sample
}

const keyOf = (bits: number) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  return parseKeyRecord(printKeyRecord({ domain: 'shop.com', selector: 's1', key: privateKey }).text)
}
export const keys = { good: keyOf(2048), short: keyOf(1024) }

export const signature: SignatureCheck = {
  domain: 'shop.com',
  selector: 's1',
  headers: ['from', 'subject', 'list-unsubscribe', 'list-unsubscribe-post'],
  key: keys.good,
  result: 'verifies',
}

const volume = { gmail: 9_000, yahoo: 9_000, outlook: 9_000, all: 30_000 }

/** A campaign of a bulk sender that keeps to every rule. */
export const happy: ComplianceFacts = {
  now,
  sender: {
    name: 'Shop',
    address: 'news@shop.com',
    domain: 'shop.com',
    replyTo: undefined,
    envelopeDomain: 'shop.com',
    identity: { name: 'Shop Ltd', address: '1 Example Street\n12345 Example Town' },
  },
  route: {
    kind: 'direct',
    level: 'encrypted',
    host: undefined,
    provider: undefined,
    foreseen: { send: 30_000, hold: 0, later: 0, fail: 0 },
  },
  list: {
    recipients: 30_000,
    duplicates: 0,
    invalid: 0,
    receivers: { gmail: 9_000, yahoo: 9_000, outlook: 9_000 },
    public: 30_000,
    roles: 0,
    roleExamples: [],
    consent: { column: 'consent_at', filled: 30_000 },
    writtenAt: now - 86_400_000,
  },
  samples: [sampleOf()],
  unmade: [],
  signatures: [signature],
  dns: {
    from: {
      kind: 'hosts',
      hosts: [{ preference: 10, exchange: 'mx.shop.com' }],
      implicit: false,
      nullAmongOthers: false,
      authenticated: false,
      canonical: 'shop.com',
    },
    dmarc: {
      kind: 'found',
      at: 'shop.com',
      record: {
        kind: 'policy',
        policy: 'reject',
        subdomains: 'reject',
        spf: 'relaxed',
        dkim: 'relaxed',
        percent: 100,
        reports: [],
        odd: [],
        assumed: false,
      },
      applies: 'reject',
    },
    spf: {
      kind: 'record',
      text: 'v=spf1 mx -all',
      lookups: 1,
      domains: [],
      everyone: undefined,
      faults: [],
      unanswered: [],
      ptr: false,
    },
    spfResults: [
      { address: '198.51.100.1', spf: { result: 'pass', reason: 'mx of shop.com', lookups: 1, domains: ['shop.com'] } },
    ],
    spfNamesRelay: undefined,
    reverse: [{ address: '198.51.100.1', name: { kind: 'names', names: ['mx.shop.com'], confirmed: 'mx.shop.com' } }],
    addressesUnknown: undefined,
  },
  link: { baseUrl: 'https://news.shop.com', answer: { kind: 'fine' } },
  tracking: {
    clicks: true,
    opens: true,
    consent: 'counting',
    baseUrl: 'https://news.shop.com',
    targets: [],
  },
  history: { lastDay: volume, dayBefore: volume, month: { sent: 900_000, hardBounces: 500, complaints: 50 } },
}

/** The same for somebody small: less than any receiver's bulk sender. */
export const small: ComplianceFacts = {
  ...happy,
  list: {
    ...happy.list,
    recipients: 900,
    public: 900,
    receivers: { gmail: 300, yahoo: 300, outlook: 300 },
    consent: { column: 'consent_at', filled: 900 },
  },
  history: undefined,
}
