import { csv } from '../../escape.ts'
import type { SentRecord } from './document.ts'

/** The record's numbers as CSV (RFC 4180), a number a line, for a spreadsheet. */
export function printRecordCsv(record: SentRecord): string {
  const lines: (string | number)[][] = [['part', 'name', 'detail', 'count', 'share']]
  const { delivered, attempts, by } = record
  for (const [name, count] of Object.entries(delivered)) lines.push(['delivered', name, '', count, ''])
  for (const [name, count] of Object.entries(attempts)) lines.push(['attempts', name, '', count, ''])
  for (const [part, rows] of Object.entries(by))
    for (const { name, messages, share } of rows) lines.push([part, name, '', messages, share.toFixed(6)])
  for (const { name, level, delivered: count } of record.campaigns) lines.push(['campaign', name, level, count, ''])
  for (const { campaign, reason, messages } of record.held) lines.push(['held', campaign, reason, messages, ''])
  for (const { verdict, cause, sessions } of record.below) lines.push(['below', verdict, cause, sessions, ''])
  for (const { host, verdict, tls, messages } of record.weakest)
    lines.push(['weakest', host, `${verdict}, ${tls ?? 'plaintext'}`, messages, ''])
  for (const { at, encrypted, plaintext, notKnown } of record.timeline.points) {
    lines.push(['time', at, 'encrypted', encrypted, ''])
    if (plaintext > 0) lines.push(['time', at, 'plaintext', plaintext, ''])
    if (notKnown > 0) lines.push(['time', at, 'not known', notKnown, ''])
  }
  for (const { time, act, by: who } of record.acts) lines.push(['act', act, `${time}${who === null ? '' : ` by ${who}`}`, 1, ''])
  return `${lines.map((cells) => cells.map((cell) => csv(String(cell))).join(',')).join('\n')}\n`
}
