import type { Document, Edit, Entry } from '../format/index.ts'

/** The text with the edits made. @throws where two of them overlap, which is our own fault */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let mended = ''
  let at = 0
  for (const { start, end, text: put } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < at) throw new Error('edits overlap')
    mended += text.slice(at, start) + put
    at = end
  }
  return mended + text.slice(at)
}

/** The entry that a new one of the same parent is put behind: the last of a setup with that parent. */
export function findNeighbour(entries: readonly Entry[], document: Document, parent: readonly string[]): Entry | undefined {
  const mine = entries.filter(
    ({ start, end, file }) => file === undefined && document.entries.some((own) => own.start === start && own.end === end),
  )
  const beside = mine.filter(({ path }) => path.length === parent.length + 1 && parent.every((part, at) => path[at] === part))
  return beside.toSorted((a, b) => b.start - a.start)[0]
}
