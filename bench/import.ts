import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListReading, openList } from '../src/list/index.ts'
import { SqliteLists } from '../src/store/index.ts'

/** What importing a list of a million rows costs. */
export interface ImportCost {
  /** Rows a second: read, parsed, addresses validated, duplicates looked for. */
  readonly importRows: number
  /** The same, and stored in lists.db. */
  readonly storedRows: number
  /** The most memory that the process held while it read, in MB, and what it held before. */
  readonly peakMb: number
  readonly beforeMb: number
}

/** Measures an import of `rows` rows, plain or with every field in quotes. */
export async function measureImport(rows: number, quoted: boolean): Promise<ImportCost> {
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  try {
    const file = join(folder, 'list.csv')
    await writeList(file, rows, quoted)
    const beforeMb = process.memoryUsage.rss() / 1e6
    let peakMb = beforeMb
    const list = await openList(file)
    const started = performance.now()
    let read = 0
    for await (const _ of new ListReading({ mapping: list.mapping, sample: 10, now: Date.now() }).members(list.rows())) {
      if (++read % 10_000 === 0) peakMb = Math.max(peakMb, process.memoryUsage.rss() / 1e6)
    }
    const importRows = (rows / (performance.now() - started)) * 1000
    if (read !== rows) throw new Error(`${read} rows were read of ${rows}`)
    using lists = SqliteLists.open(folder)
    const begun = performance.now()
    const members = new ListReading({ mapping: list.mapping, sample: 10, now: Date.now() }).members(list.rows())
    const { columns, mapping } = list
    await lists.commit({ name: 'bench', columns, mapping, source: file, sha256: () => '', replace: false }, members, 0)
    return { importRows, storedRows: (rows / (performance.now() - begun)) * 1000, peakMb, beforeMb }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const providers = ['gmail.com', 'example.org', 'gmx.de', 'outlook.com']

async function writeList(file: string, rows: number, quoted: boolean): Promise<void> {
  const out = createWriteStream(file)
  out.write('email,first name,last name,country,consent date\n')
  const mark = quoted ? '"' : ''
  for (let from = 0; from < rows; from += 1000) {
    const block = Array.from({ length: Math.min(1000, rows - from) }, (_, index) => {
      const number = from + index
      const domain = number % 5 === 4 ? `mail${number % 500}.example.net` : providers[number % 5]
      const fields = [`reader${number}@${domain}`, `Ada${number}`, 'Lovelace', 'DE', `2024-05-0${1 + (number % 9)}`]
      return fields.map((field) => `${mark}${field}${mark}`).join(',')
    })
    if (!out.write(`${block.join('\n')}\n`)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'close')
}
