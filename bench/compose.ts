import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import MailComposer from 'nodemailer/lib/mail-composer'
import { createRenderer, freezeCampaign, loadCampaign } from '../src/campaign/index.ts'
import { composeMessage } from '../src/mime/index.ts'
import { type BenchResult, type Sample, machine, sample, spread } from './measure.ts'
import { type Column, liquid, names, row, writeHtmlPart, writeTextPart } from './newsletter.ts'

const runs = 5
const counts = { sealpost: 20_000, sealpost_with_tags: 20_000, whole_message: 3_000, mail_composer: 2_000 }

type Name = keyof typeof counts

/** From a frozen campaign and a row to the octets of a message: a newsletter of 10 kB, text and HTML, six columns. */
export async function benchCompose(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-bench-compose-'))
  try {
    const plain = await prepare(folder, '')
    const tags = await prepare(folder, '{% if city != "" %}We will be in {{ city | upcase }} soon.{% endif %}')
    const makers: Readonly<Record<Name, (index: number) => Promise<Buffer> | Buffer>> = {
      sealpost: async (index) => (await plain.render(target(index))).raw,
      sealpost_with_tags: async (index) => (await tags.render(target(index))).raw,
      whole_message: (index) => composeMessage(write(index)),
      mail_composer: (index) => composeWithNodemailer(index),
    }
    const samples: Partial<Record<Name, Sample[]>> = {}
    let octets = 0
    // The first round warms up and is not counted.
    for (let run = 0; run <= runs; run++) {
      for (const [name, make] of Object.entries(makers) as [Name, (typeof makers)[Name]][]) {
        const one = await sample(counts[name], async () => {
          for (let index = 0; index < counts[name]; index++) octets = (await make(index)).length
        })
        if (run > 0) (samples[name] ??= []).push(one)
      }
    }
    const rates = (name: Name): number[] => (samples[name] ?? []).map(({ rate }) => rate)
    const names = Object.keys(counts) as Name[]
    const ratio = (other: Name) => spread(rates('sealpost').map((rate, run) => rate / (rates(other)[run] ?? 1)))
    return {
      name: 'compose',
      machine,
      runs,
      rates: Object.fromEntries(names.map((name) => [name, spread(rates(name))])),
      ratios: { vs_mail_composer: ratio('mail_composer'), vs_whole_message: ratio('whole_message') },
      notes: [
        `text and HTML, ${octets} octets a message, six columns in subject, text and HTML; one after the other, on one core`,
        'sealpost: frozen campaign and row to message, Liquid included; with_tags: with a condition and a filter in each part',
        'whole_message: the same values put in by a template literal, and all of it encoded for each message',
        "mail_composer: nodemailer's, the same values put in by a template literal",
      ],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function prepare(folder: string, extra: string) {
  writeFileSync(join(folder, 'list.csv'), `email,${names.join(',')}\n`)
  writeFileSync(join(folder, 'message.txt'), writeTextPart(liquid) + extra)
  writeFileSync(join(folder, 'message.html'), writeHtmlPart(liquid).replace('</table>', `</table>${extra}`))
  writeFileSync(
    join(folder, 'campaign.yaml'),
    'name: bench\nlist: list.csv\nfrom: Example Shop <news@shop.example>\nsubject: "News for {{ name }}"\ntext: message.txt\nhtml: message.html\n',
  )
  return createRenderer(await freezeCampaign(await loadCampaign(join(folder, 'campaign.yaml'))))
}

const createdAt = Date.UTC(2026, 10, 23, 12)

function target(index: number) {
  return { id: `${index}.0123456789abcdef`, address: `reader${index}@example.com`, columns: row(index), createdAt }
}

function write(index: number) {
  const values = row(index)
  const of = (name: Column): string => values[name]
  return {
    from: { name: 'Example Shop', address: 'news@shop.example' },
    to: { address: `reader${index}@example.com` },
    subject: `News for ${values.name}`,
    text: writeTextPart(of),
    html: writeHtmlPart(of),
    headers: { Precedence: 'bulk' },
    date: createdAt,
    messageId: `<${index}.0123456789abcdef@shop.example>`,
  }
}

function composeWithNodemailer(index: number): Promise<Buffer> {
  const { date, to, ...mail } = write(index)
  return new MailComposer({ ...mail, to: to.address, date: new Date(date) }).compile().build()
}
