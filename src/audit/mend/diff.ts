import type { Document, Edit } from '../format/index.ts'
import { hideSecrets, showText } from '../secret.ts'
import { applyEdits } from './edit.ts'

/** One place that a mend changes: whole lines, without secrets. */
export interface Change {
  /** Of the first line, from 1. */
  readonly line: number
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/** Characters shown on each side of an edit: a file may be a single line. */
const maxBeside = 300

/** What edits change, line by line, made fit to be shown. */
export function describeEdits(document: Document, edits: readonly Edit[]): Change[] {
  const { text } = document
  const blocks: { start: number; end: number; edits: Edit[] }[] = []
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    const start = Math.max(text.lastIndexOf('\n', edit.start - 1) + 1, edit.start - maxBeside)
    const found = text.indexOf('\n', edit.end)
    const end = Math.min(found === -1 ? text.length : found, edit.end + maxBeside)
    const last = blocks.at(-1)
    if (last && start <= last.end) {
      last.end = Math.max(last.end, end)
      last.edits.push(edit)
    } else blocks.push({ start, end, edits: [edit] })
  }
  return blocks.map(({ start, end, edits }) => {
    const moved = edits.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }))
    // What was secret before is secret after: an edit never touches it, so the same parts are hidden by the same rule.
    const old = split(showText(document, start, end))
    const raw = applyEdits(text.slice(start, end), moved)
    const hidden = hideTwins(raw, document, start, end)
    const fresh = split(hidden)
    const same = countSame(old, fresh)
    return {
      line: text.slice(0, start).split('\n').length + same,
      before: old.slice(same),
      after: fresh.slice(same),
    }
  })
}

function split(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/\r$/, ''))
}

/** Lines that a line put in behind leaves as they are. */
function countSame(old: readonly string[], fresh: readonly string[]): number {
  let same = 0
  while (same < old.length && same < fresh.length && old[same] === fresh[same]) same++
  return same
}

/** Hides in the new lines the values that `showText` hides in the old ones. */
function hideTwins(line: string, document: Document, start: number, end: number): string {
  const raw = document.text.slice(start, end)
  const shown = showText(document, start, end)
  if (raw === shown) return hideSecrets(line)
  const values = document.entries
    .filter((entry) => entry.start >= start && entry.end <= end && !shown.includes(document.text.slice(entry.start, entry.end)))
    .map((entry) => document.text.slice(entry.start, entry.end))
  return hideSecrets(values.reduce((text, value) => (value === '' ? text : text.replaceAll(value, '…')), line))
}
