import { jsonLine, visible } from '../escape.ts'
import type { QueueLine } from '../queue/index.ts'
import { printTable } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { QueueReader } from '../store/index.ts'
import { type Exit, exits } from './exit.ts'
import { type FilterArguments, readFilter } from './queueFilter.ts'
import { chooseCampaign } from './report.ts'

export interface ListArguments extends FilterArguments {
  readonly settings?: string
  readonly limit?: number
  readonly json?: boolean
}

/** Messages read at a time, and shown to people where they do not say how many. */
const page = 500
const shown = 50

/** Lists messages of the queue: some in a table, or all of them as JSON Lines. */
export async function runQueueList(given: ListArguments): Promise<Exit> {
  const { data } = await loadSettings(given.settings)
  using reader = QueueReader.open(data)
  const filter = readFilter(given)
  if (filter.campaign !== undefined) chooseCampaign(reader, data, filter.campaign)
  if (given.json) {
    let left = given.limit ?? Number.POSITIVE_INFINITY
    let after = 0
    for (;;) {
      const lines = reader.list(filter, Math.min(page, left), after)
      for (const line of lines) process.stdout.write(`${jsonLine(publishLine(line))}\n`)
      left -= lines.length
      after = lines.at(-1)?.id ?? after
      if (lines.length === 0 || left <= 0) return exits.fine
    }
  }
  const limit = given.limit ?? shown
  const lines = reader.list(filter, limit + 1)
  if (lines.length === 0) process.stdout.write('There is no such message in the queue.\n')
  else process.stdout.write(`${print(lines.slice(0, limit))}\n`)
  if (lines.length > limit) process.stdout.write('… and more: --limit shows as many as you say, --json all of them, one a line\n')
  return exits.fine
}

/** A message in JSON: what is not known or not so is null. */
export function publishLine(line: QueueLine) {
  const time = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString())
  return {
    id: line.id,
    campaign: line.campaign,
    domain: line.domain,
    address: line.address,
    state: line.state,
    level: line.level ?? null,
    due: line.due === 0 ? 'now' : time(line.due),
    attempts: line.attempts,
    firstTriedAt: time(line.firstTriedAt),
    updatedAt: time(line.updatedAt),
    class: line.class ?? null,
    code: line.code ?? null,
    enhanced: line.enhanced ?? null,
    reason: line.reason,
    verdict: line.verdict,
    host: line.host ?? null,
    tls: line.tls ?? null,
  }
}

function print(lines: readonly QueueLine[]): string {
  return printTable(
    ['id', 'campaign', 'address', 'state', 'attempts', 'due', 'class', 'why'],
    lines.map((line) => [
      String(line.id),
      visible(line.campaign, 40),
      visible(line.address, 80),
      line.state,
      line.attempts,
      line.due === undefined ? '' : readableDue(line.due),
      visible(line.class ?? '', 20),
      visible(line.reason),
    ]),
    process.stdout.columns,
  )
}

/** A time for people, in UTC as everywhere. */
export function readableDue(due: number): string {
  return due === 0 ? 'now' : `${new Date(due).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
