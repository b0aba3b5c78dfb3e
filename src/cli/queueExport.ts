import { csv, visible } from '../escape.ts'
import { SealpostError } from '../errors.ts'
import { printQuotedCell } from '../list/index.ts'
import type { State } from '../queue/index.ts'
import { loadSettings } from '../settings/index.ts'
import { type ListRow, QueueReader } from '../store/index.ts'
import { type Exit, exits } from './exit.ts'
import { chooseCampaign } from './report.ts'

export interface ExportArguments {
  readonly settings?: string
  readonly campaign?: string
  readonly state: Extract<State, 'held' | 'exported' | 'failed' | 'deferred'>
}

/** What the export says of each message, after the columns of its list. */
const own = ['sealpost class', 'sealpost code', 'sealpost reason'] as const

/** Writes the rows of the list whose messages are in one state as CSV (RFC 4180), to reach these people in another way. */
export async function runQueueExport({ settings, campaign, state }: ExportArguments): Promise<Exit> {
  const { data } = await loadSettings(settings)
  using reader = QueueReader.open(data)
  const { name } = chooseCampaign(reader, data, campaign)
  let head: readonly string[] | undefined
  for (const row of reader.rows(name, state)) {
    const columns = readColumns(row, name)
    if (!head) {
      // All rows of a campaign come from one list.
      head = Object.keys(columns)
      process.stdout.write(printRow(head, own))
    }
    const cells = head.map((column) => columns[column] ?? '')
    process.stdout.write(printRow(cells, [row.class ?? '', String(row.code ?? ''), row.reason]))
  }
  if (!head) process.stderr.write(`No message of campaign ${visible(name, 100)} is ${state}.\n`)
  return exits.fine
}

function readColumns({ columns }: ListRow, campaign: string): Readonly<Record<string, string>> {
  try {
    const parsed: unknown = JSON.parse(columns)
    // Written by this program when the list was taken in, texts by names.
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, string>
  } catch {
    // Told below.
  }
  throw new SealpostError('SP_STORE_DAMAGED', { where: campaign, what: 'A row of the list cannot be read in the queue' })
}

/** What is from the list stays as it stands there, but for formulas: it is to be imported again. What a server said is made visible. */
function printRow(listed: readonly string[], told: readonly string[]): string {
  return `${[...listed.map(printQuotedCell), ...told.map(csv)].join(',')}\n`
}
