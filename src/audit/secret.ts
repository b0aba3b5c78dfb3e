import type { Document, Entry } from './format/document.ts'

const secretKey = /pass|pwd|secret|token|api_?-?key|private|credential|^auth$|login/i

/** Values in quotes or behind `=` whose name says that they are nobody's business. */
const secretPair =
  /((?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|credentials?)\w*["'`\])]*\s*(?:=>|:=|[:=,])?\s*)(?:(["'`]).*?\2|[^\s"'`,;)}\]]+)/gi

/** A user with or without a password before a host. The last `@` ends it: people write passwords as they are, `@` and `/` too. */
const userInfo = /(:\/\/)[^\s"'`]*@/g

/** Takes out of a single line what may be a secret, where offsets are not known. */
export function hideSecrets(line: string): string {
  return line
    .replace(userInfo, '$1…@')
    .replace(secretPair, (_, head: string, quote: string | undefined) => `${head}${quote ?? ''}…${quote ?? ''}`)
}

/** The same for a value alone, all of which is known to be one: quotes and spaces end nothing in it. */
export function hideInValue(value: string): string {
  const [start, end] = findUserInfo(value)
  return hideSecrets(start < end ? `${value.slice(0, start)}…${value.slice(end)}` : value)
}

/** A part of a text that is not shown. */
export interface Hidden {
  readonly start: number
  readonly end: number
}

/** What is secret in a part of a file: values of entries whose name says so, and users and passwords before a host. */
export function findSecrets(document: Document, start: number, end: number): readonly Hidden[] {
  const found = document.entries.flatMap((entry): Hidden[] => {
    if (entry.value.kind !== 'literal' || entry.start >= end || entry.end <= start) return []
    if (isSecret(entry)) return [{ start: entry.start, end: entry.end }]
    const [from, to] = findUserInfo(document.text.slice(entry.start, entry.end))
    return from < to ? [{ start: entry.start + from, end: entry.start + to }] : []
  })
  return found
    .map((hidden) => ({ start: Math.max(hidden.start, start), end: Math.min(hidden.end, end) }))
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
    .filter((hidden, index, all) => all.slice(0, index).every((before) => before.end <= hidden.start))
}

/** A part of a file made fit to be shown. */
export function showText(document: Document, start: number, end: number): string {
  let shown = ''
  let at = start
  for (const hidden of findSecrets(document, start, end)) {
    shown += `${document.text.slice(at, hidden.start)}…`
    at = hidden.end
  }
  return hideSecrets(shown + document.text.slice(at, end))
}

/** Where `user:password` stands in `smtp://user:password@host` or `user:password@host`; nowhere where both ends are 0. */
function findUserInfo(value: string): readonly [start: number, end: number] {
  const end = value.lastIndexOf('@')
  const scheme = value.indexOf('://')
  if (scheme !== -1 && scheme < end) return [scheme + 3, end]
  const start = /^["'`]?/.exec(value)?.[0].length ?? 0
  return end > start && value.slice(start, end).includes(':') && !/\s/.test(value.slice(0, end)) ? [start, end] : [0, 0]
}

function isSecret({ path }: Entry): boolean {
  return path.some((part) => secretKey.test(part) && part !== '(0)')
}
