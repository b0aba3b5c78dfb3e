/** Where Liquid stands in a text. */
export interface LiquidSpan {
  readonly start: number
  readonly end: number
  /** An output is `{{ }}`, a tag `{% %}`; what stands between raw or comment and its end belongs to it. */
  readonly kind: 'output' | 'tag'
}

const liquid =
  /\{%-?\s*(raw|comment)\s*-?%\}.*?\{%-?\s*end\1\s*-?%\}|\{\{(?:"[^"]*"|'[^']*'|[^"'}]|\}(?!\}))*\}\}|\{%(?:"[^"]*"|'[^']*'|[^"'%]|%(?!\}))*%\}/gs

/** Finds Liquid in a template that parses. */
export function findLiquid(source: string): LiquidSpan[] {
  return [...source.matchAll(liquid)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    kind: match[0].startsWith('{{') ? 'output' : 'tag',
  }))
}

/** The same text with spaces for Liquid, so that every place in it is where it was. Line breaks stay. */
export function blankLiquid(source: string): string {
  return source.replace(liquid, blank)
}

/** The same, with a word for each output: it may be all of a value, and what follows must not be taken for one. */
export function maskLiquid(source: string): string {
  return source.replace(liquid, (found) => (found.startsWith('{{') ? found.replace(/[^\n]/g, 'x') : blank(found)))
}

function blank(found: string): string {
  return found.replace(/[^\n]/g, ' ')
}
