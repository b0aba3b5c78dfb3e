/** A template, and where its first line stands. */
export interface TemplateSource {
  readonly source: string
  readonly file: string
  readonly line: number
  /** For a template that was put together: where what stands from a character on comes from, in the order of `at`. */
  readonly origins?: readonly Origin[]
}

export interface Origin {
  readonly at: number
  readonly file: string
  readonly line: number
}

/** `file:line` of a row of a template, counted from 1, and a column of it. */
export function locateSource({ source, file, line, origins }: TemplateSource, row: number, column: number): string {
  if (origins === undefined) return `${file}:${line + row - 1}`
  let start = 0
  for (let at = 1; at < row; at++) start = source.indexOf('\n', start) + 1
  const position = start + column - 1
  const origin = origins.findLast(({ at }) => at <= position) ?? { at: 0, file, line }
  return `${origin.file}:${origin.line + source.slice(origin.at, position).split('\n').length - 1}`
}

/** A piece of a template in place of another; `start` and `end` are characters of what was there. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Puts pieces in place of others, in the order of their places; every line is still found. */
export function editSource(template: TemplateSource, edits: readonly Edit[]): TemplateSource {
  if (edits.length === 0) return template
  let source = ''
  let at = 0
  for (const { start, end, text } of edits) {
    source += template.source.slice(at, start) + text
    at = end
  }
  const moved = (place: number): number =>
    edits.reduce((sum, { start, end, text }) => (end <= place ? sum + text.length - (end - start) : sum), 0)
  const { origins } = template
  return {
    ...template,
    source: source + template.source.slice(at),
    ...(origins === undefined ? {} : { origins: origins.map((origin) => ({ ...origin, at: origin.at + moved(origin.at) })) }),
  }
}
