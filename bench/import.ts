import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const program = fileURLToPath(new URL('../bin/sealpost.js', import.meta.url))

/** What `sealpost list import` costs, from its start to its end. */
export interface ImportCost {
  /** Rows a second: read, parsed, addresses validated, duplicates looked for. */
  readonly importRows: number
  /** The same, and stored in lists.db. */
  readonly storedRows: number
  /** The most memory that the process ever held, in MB, without and with storing. */
  readonly peakMb: number
  readonly storedPeakMb: number
}

/** Measures an import of `rows` rows, plain or with every field in quotes. */
export async function measureImport(rows: number, quoted: boolean): Promise<ImportCost> {
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  try {
    await writeList(join(folder, 'list.csv'), rows, quoted)
    const preview = await runImport(folder, [], rows)
    const commit = await runImport(folder, ['--commit'], rows)
    return { importRows: preview.rows, storedRows: commit.rows, peakMb: preview.peakMb, storedPeakMb: commit.peakMb }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** It tells its own peak when it ends: the largest resident set, in kilobytes. */
const tell = `data:text/javascript,process.on('exit',()=>console.error('peak='+process.resourceUsage().maxRSS))`

async function runImport(folder: string, words: readonly string[], rows: number): Promise<{ rows: number; peakMb: number }> {
  const started = performance.now()
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', tell, program, 'list', 'import', 'list.csv', '--name', 'bench', '--json', ...words],
    { cwd: folder },
  )
  const perSecond = (rows / (performance.now() - started)) * 1000
  const { recipients } = JSON.parse(stdout) as { readonly recipients: number }
  if (recipients !== rows) throw new Error(`${recipients} rows were read of ${rows}`)
  const kilobytes = Number(/peak=(\d+)/.exec(stderr)?.[1])
  if (!(kilobytes > 0)) throw new Error('It did not tell what memory it held')
  return { rows: perSecond, peakMb: (kilobytes * 1024) / 1e6 }
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
