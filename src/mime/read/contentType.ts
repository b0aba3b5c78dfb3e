/** What a Content-Type says (RFC 2045 5.1). */
export interface ContentType {
  /** `multipart/report`, lower case. */
  readonly type: string
  /** By their names in lower case; of a name that stands twice the first counts. */
  readonly parameters: ReadonlyMap<string, string>
}

/** RFC 2045 5.2: what a part is that does not say. */
const plain: ContentType = { type: 'text/plain', parameters: new Map() }

const token = '[^\\s\\u0000-\\u0020()<>@,;:\\\\"/[\\]?=]+'
const typePattern = new RegExp(`^(${token})/(${token})`)
const parameterPattern = new RegExp(`^;\\s*(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, 's')

/** Reads the value of a Content-Type; where it makes no sense, the type is undefined rather than guessed. */
export function parseContentType(value: string | undefined): ContentType | undefined {
  if (value === undefined) return plain
  // A value is as long as a header at the most, and none that is honest comes near this.
  let rest = dropComments(value.slice(0, 4096)).trim()
  const type = typePattern.exec(rest)
  if (!type) return undefined
  rest = rest.slice(type[0].length).trimStart()
  const parameters = new Map<string, string>()
  for (let match = parameterPattern.exec(rest); match; match = parameterPattern.exec(rest)) {
    const name = (match[1] ?? '').toLowerCase()
    if (!parameters.has(name)) parameters.set(name, match[2]?.replace(/\\(.)/gs, '$1') ?? match[3] ?? '')
    rest = rest.slice(match[0].length).trimStart()
  }
  return { type: `${type[1]}/${type[2]}`.toLowerCase(), parameters }
}

/** RFC 822 comments stand anywhere between tokens; within quotes a parenthesis is one. */
function dropComments(text: string): string {
  if (!text.includes('(')) return text
  let kept = ''
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? ''
    if (char === '\\') {
      if (depth === 0) kept += char + (text[at + 1] ?? '')
      at++
    } else if (quoted || (char === '"' && depth === 0)) {
      if (char === '"') quoted = !quoted
      kept += char
    } else if (char === '(') depth++
    else if (char === ')') depth = Math.max(0, depth - 1)
    else if (depth === 0) kept += char
  }
  return kept
}
