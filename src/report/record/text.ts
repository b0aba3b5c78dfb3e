import { visible } from '../../escape.ts'
import { describeCause } from '../../policy/index.ts'
import { printNumber, printShare, printTable } from '../table.ts'
import { wrap } from '../wrap.ts'
import type { SentRecord } from './document.ts'
import { describeAct, describeLog, provesWords, summarizeRecord } from './words.ts'

/** Acts and rows of a table in text; JSON has all. */
const most = 20

/** A record for a terminal of `width` characters. */
export function printRecord(record: SentRecord, width?: number): string {
  const { by, period, campaigns, held, below, weakest, acts } = record
  const table = (title: string, head: readonly string[], rows: readonly (readonly (string | number)[])[]): readonly string[] =>
    rows.length === 0
      ? []
      : [
          '',
          title,
          printTable(
            head,
            rows.slice(0, most).map((row) => row.map((cell) => (typeof cell === 'number' ? cell : visible(cell)))),
            width,
          ),
          ...(rows.length > most ? [`… and ${printNumber(rows.length - most)} more: --json has them all`] : []),
        ]
  const shares = (title: string, name: string, rows: SentRecord['by']['tls']): readonly string[] =>
    table(
      title,
      [name, 'messages', 'share'],
      rows.map(({ name, messages, share }) => [name, messages, printShare(share * 1_000_000, 1_000_000)]),
    )
  const lines = [
    `What was recorded ${period.first === null ? 'in this time' : `from ${period.first} to ${period.last ?? ''}`}`,
    '',
    ...summarizeRecord(record),
    ...table(
      'Campaigns',
      ['campaign', 'level', 'recipients', 'delivered', 'not sent yet'],
      campaigns.map(({ name, level, recipients, delivered, waiting }) => [name, level, recipients, delivered, waiting]),
    ),
    ...shares('By verdict on the server that took them', 'verdict', by.verdict),
    ...shares('By level that was demanded', 'level', by.level),
    ...shares('By version of TLS', 'version', by.tls),
    ...shares('By provider', 'provider', by.provider),
    ...table(
      'Weakest hops that were delivered over',
      ['host', 'verdict', 'TLS', 'messages', 'why'],
      weakest.map(({ host, verdict, tls, messages, cause }) => [host, verdict, tls ?? 'none', messages, describeCause(cause)]),
    ),
    ...table(
      'Held now',
      ['campaign', 'messages', 'domains', 'verdict', 'why'],
      held.map(({ campaign, messages, domains, verdict, reason }) => [campaign, messages, domains, verdict, reason]),
    ),
    ...table(
      'Connections over which nothing was handed over',
      ['verdict', 'connections', 'hosts', 'why'],
      below.map(({ verdict, sessions, hosts, cause }) => [verdict, sessions, hosts, describeCause(cause)]),
    ),
    ...table(
      'What people and the program did',
      ['time', 'what'],
      acts.map((act) => [act.time, describeAct(act)]),
    ),
    '',
    ...describeLog(record).map((line) => visible(line, 1_000)),
    '',
    ...provesWords.flatMap((line) => wrap('', line, 0, Math.min(width ?? 100, 100))),
  ]
  return `${lines.join('\n')}\n`
}
