import type { Document, Edit } from '../format/index.ts'
import { findSecrets, hideInValue, hideSecrets, showText } from '../secret.ts'
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
    const old = split(showText(document, start, end))
    const fresh = split(showMended(document, start, end, edits))
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

/** The part as it shall be, without what is hidden in it as it is: by its place, so that a short secret hides nothing else. */
function showMended(document: Document, start: number, end: number, edits: readonly Edit[]): string {
  const hidden = findSecrets(document, start, end).filter((secret) =>
    edits.every((edit) => edit.end <= secret.start || edit.start >= secret.end),
  )
  const all = [
    ...hidden.map((secret) => ({ ...secret, text: '…' })),
    // A value that is made from the old one has its secrets still.
    ...edits.map((edit) => ({ ...edit, text: edit.text.includes('\n') ? hideSecrets(edit.text) : hideInValue(edit.text) })),
  ]
  const moved = all.map((edit) => ({ start: edit.start - start, end: edit.end - start, text: edit.text }))
  return hideSecrets(applyEdits(document.text.slice(start, end), moved))
}
