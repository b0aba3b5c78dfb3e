import type { Document, Entry } from './format/document.ts'

const secretKey = /pass|pwd|secret|token|api_?-?key|private|credential|^auth$|login/i

/** Values in quotes or behind `=` whose name says that they are nobody's business. */
const secretPair =
  /((?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|credentials?)\w*["'`\])]*\s*(?:=>|:=|[:=,])?\s*)(?:(["'`]).*?\2|[^\s"'`,;)}\]]+)/gi

/** A user with or without a password before a host. */
const userInfo = /(:\/\/)[^/@\s"']*@/g

/** Takes out of a single line what may be a secret, where offsets are not known. */
export function hideSecrets(line: string): string {
  return line
    .replace(userInfo, '$1…@')
    .replace(secretPair, (_, head: string, quote: string | undefined) => `${head}${quote ?? ''}…${quote ?? ''}`)
}

/** A part of a file made fit to be shown: values of entries whose name says that they are secret are taken out. */
export function showText(document: Document, start: number, end: number): string {
  const secrets = document.entries.filter((entry) => isSecret(entry) && entry.start < end && entry.end > start)
  let shown = ''
  let at = start
  for (const entry of secrets.toSorted((a, b) => a.start - b.start)) {
    if (entry.start < at) continue
    shown += `${document.text.slice(at, entry.start)}…`
    at = entry.end
  }
  return hideSecrets(shown + document.text.slice(Math.min(at, end), end))
}

function isSecret({ path, value }: Entry): boolean {
  // What is worked out holds no secret itself, but perhaps the settings that are shown.
  return value.kind === 'literal' && path.some((part) => secretKey.test(part) && part !== '(0)')
}
