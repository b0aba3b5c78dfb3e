import type { Json } from './canonical.ts'

/** Deeper than anything that is written here, and far from where recursion ends. */
const maxDepth = 32

/**
 * Reads JSON that says the same to every reader: no member twice, no number that is rounded, no half of a surrogate pair,
 * no nesting without end. White space between its tokens is free. Undefined for anything else.
 */
export function parseJson(text: string): Json | undefined {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch {
    return undefined
  }
  if (!isPlain(value, maxDepth)) return undefined
  return JSON.stringify(value) === withoutSpace(text) ? value : undefined
}

function isPlain(value: Json, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  if (depth === 0) return false
  return Object.entries(value).every(([name, item]) => name.isWellFormed() && isPlain(item, depth - 1))
}

/** RFC 8259 2: white space counts inside strings alone. */
function withoutSpace(text: string): string {
  const tokens: string[] = []
  let from = 0
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? ''
    if (quoted && letter === '\\') at += 1
    else if (letter === '"') quoted = !quoted
    else if (!quoted && ' \t\r\n'.includes(letter)) {
      tokens.push(text.slice(from, at))
      from = at + 1
    }
  }
  return tokens.join('') + text.slice(from)
}
