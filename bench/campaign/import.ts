import { type ImportCost, measureImport } from '../import.ts'
import { spread } from '../measure.ts'
import type { Part } from '../send/part.ts'

const runs = 3
const rows = 1_000_000

export async function benchImport(): Promise<Part> {
  const plain: ImportCost[] = []
  const quoted: ImportCost[] = []
  for (let run = 0; run < runs; run++) {
    plain.push(await measureImport(rows, false))
    quoted.push(await measureImport(rows, true))
  }
  const of = (costs: readonly ImportCost[], key: keyof ImportCost) => spread(costs.map((cost) => cost[key]))
  return {
    runs,
    rates: {
      import_rows: of(plain, 'importRows'),
      import_rows_quoted: of(quoted, 'importRows'),
      import_rows_stored: of(plain, 'storedRows'),
      import_peak_mb: of(plain, 'peakMb'),
      import_stored_peak_mb: of(plain, 'storedPeakMb'),
    },
    ratios: {},
    notes: [
      `import: ${rows.toLocaleString('en-US')} rows of 5 columns; rows a second and the most memory in MB of the command, with its start`,
    ],
  }
}
