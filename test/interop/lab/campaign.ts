/** A campaign for the tests, and what each of its messages has to say. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Workplace } from './sealpost.ts'

interface Row {
  readonly email: string
  readonly name: string
  readonly note: string
}

/** What the recipient of a row has to find. */
export interface Expectation {
  readonly recipient: string
  readonly subject: string
  /** Text and HTML without the line break at their end. */
  readonly text: string
  readonly html: string
}

const names = [
  'Ann',
  'Zoë Müller',
  'Ng, Anh',
  '李小龍',
  'Łukasz Żółć',
  'Ὀδυσσεύς',
  'שרה',
  '🐎 Emoji',
  'x'.repeat(200),
  'Ann  Two Blanks',
]

const long = 'a line that is longer than the 998 octets of RFC 5322 2.1.1 '.repeat(40)

/** Lines that a careless client changes on the wire. */
const text = [
  'Hello {{ name }},',
  '',
  '.leading dot',
  '..two',
  '.',
  'From the start',
  long,
  'Žluťoučký 馬 🐎',
  '{{ note }}',
  'Bye {{ name }}',
]

const html = [
  '<!doctype html>',
  '<html><body>',
  '<p>Hello {{ name }},</p>',
  '.<p>dot</p>',
  '.',
  `<p>${long}</p>`,
  '</body></html>',
]

const subject = 'Hello {{ name }}'

/** Writes campaign, list and templates; `note` is what each row carries besides, to make it large. */
export function writeCampaign(workplace: Workplace, options: { domain: string; size: number; note?: string }) {
  const rows = Array.from({ length: options.size }, (_, number) => ({
    email: `reader${number}@${options.domain}`,
    name: names[number % names.length] ?? '',
    note: options.note ?? 'A note.',
  }))
  const campaign = {
    name: `to-${options.domain}`,
    list: 'list.csv',
    from: 'Sender <news@client.test>',
    subject,
    text: 'message.txt',
    html: 'message.html',
    level: 'encrypted',
  }
  const file = join(workplace.folder, 'campaign.yaml')
  writeFileSync(file, JSON.stringify(campaign, undefined, 2))
  writeFileSync(join(workplace.folder, 'list.csv'), ['email,name,note', ...rows.map(printRow), ''].join('\n'))
  writeFileSync(join(workplace.folder, 'message.txt'), `${text.join('\n')}\n`)
  writeFileSync(join(workplace.folder, 'message.html'), `${html.join('\n')}\n`)
  return { file, expected: rows.map(expectMessage) }
}

function printRow(row: Row): string {
  return [row.email, `"${row.name}"`, `"${row.note}"`].join(',')
}

/** Not the template engine of Sealpost: no more than two names are replaced. */
function expectMessage(row: Row): Expectation {
  const fill = (template: string) => template.replaceAll('{{ name }}', row.name).replaceAll('{{ note }}', row.note)
  return { recipient: row.email, subject: fill(subject), text: fill(`${text.join('\n')}\n`), html: fill(`${html.join('\n')}\n`) }
}
