import { fileURLToPath } from 'node:url'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ImportCost } from '../import.ts'
import { spread } from '../measure.ts'
import type { Part } from '../send/part.ts'

const runs = 3
const rows = 1_000_000

/** Each run in a process of its own: memory that one has taken would pass for the next one's. */
export async function benchImport(): Promise<Part> {
  const plain: ImportCost[] = []
  const quoted: ImportCost[] = []
  for (let run = 0; run < runs; run++) {
    plain.push(await measureApart(false))
    quoted.push(await measureApart(true))
  }
  const of = (costs: readonly ImportCost[], key: keyof ImportCost) => spread(costs.map((cost) => cost[key]))
  return {
    runs,
    rates: {
      import_rows: of(plain, 'importRows'),
      import_rows_quoted: of(quoted, 'importRows'),
      import_rows_stored: of(plain, 'storedRows'),
      import_peak_mb: of(plain, 'peakMb'),
      import_before_mb: of(plain, 'beforeMb'),
    },
    ratios: {},
    notes: [`import: ${rows.toLocaleString('en-US')} rows of 5 columns; rows a second, and megabytes held`],
  }
}

async function measureApart(quoted: boolean): Promise<ImportCost> {
  const script = `import(${JSON.stringify(fileURLToPath(new URL('../import.ts', import.meta.url)))}).then(async ({ measureImport }) => process.stdout.write(JSON.stringify(await measureImport(${rows}, ${quoted}))))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', script])
  return JSON.parse(stdout) as ImportCost
}
