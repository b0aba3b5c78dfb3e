import type { Liquid } from 'liquidjs'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { findNearest } from '../nearest.ts'
import { type Partials, fileTags } from './liquid.ts'
import { type TemplateSource, locateSource } from './source.ts'

/** What liquidjs puts on its errors; its own types leave it out. */
interface LiquidFault {
  readonly message?: string
  readonly originalError?: { readonly message?: string; readonly variableName?: string }
  readonly token?: { readonly input?: string; getPosition?(): [number, number] }
}

/**
 * Says in our words, and with the line in its file, why a template does not parse or render.
 *
 * @param names that the template may use, or none where only its form was looked at
 */
export function explainLiquid(
  error: unknown,
  template: TemplateSource,
  engine: Liquid,
  names: readonly string[],
  partials: Partials,
): SealpostError {
  const fault = (error instanceof Error ? error : {}) as LiquidFault
  const [row, column] = fault.token?.getPosition?.() ?? [1, 1]
  const partial = Object.entries(partials).find(([, source]) => source === fault.token?.input && source !== template.source)
  const source = partial ? { source: partial[1], file: partial[0], line: 1 } : template
  const where = locateSource(source, row, column)
  const unknown = fault.originalError?.variableName
  if (unknown !== undefined) return explainUnknown(unknown, where, names, error)
  const message = (fault.originalError?.message ?? fault.message ?? '').replace(/, line:\d+.*$/su, '')
  return new SealpostError('SP_TEMPLATE_INVALID', { where, what: describe(message, engine), cause: error })
}

/** The template names something that is not there. */
export function explainUnknown(name: string, where: string, names: readonly string[], cause?: unknown): SealpostError {
  const nearest = findNearest(name, names)
  const guess = nearest === undefined ? '' : ` (did you mean "${visible(nearest, 50)}"?)`
  const columns = names.slice(0, 30).map((column) => visible(column, 50))
  const more = names.length > 30 ? ` and ${names.length - 30} more` : ''
  const what = `The template uses "${visible(name, 100)}", which is no column of the list${guess}; there are ${columns.join(', ')}${more}`
  return new SealpostError('SP_TEMPLATE_INVALID', { where, what, cause })
}

type Rule = readonly [RegExp, (found: string, engine: Liquid) => string]

const rules: readonly Rule[] = [
  [
    /^undefined filter: (.+)$/su,
    (name, engine) => {
      const nearest = findNearest(name, Object.keys(engine.filters))
      return `There is no filter "${name}"${nearest === undefined ? '' : `: did you mean "${nearest}"?`}`
    },
  ],
  [
    /^tag "(.+)" not found$/su,
    (name, engine) => {
      if (fileTags.includes(name)) return `{% ${name} %} is not available: use {% render %}`
      const nearest = findNearest(name, Object.keys(engine.tags))
      return `There is no tag {% ${name} %}${nearest === undefined ? '' : `: did you mean {% ${nearest} %}?`}`
    },
  ],
  [/^tag \{%-?\s*(\w+).* not closed$/su, (name) => `{% ${name} %} has no {% end${name} %}`],
  [/^output "\{\{.* not closed$/su, () => 'A {{ has no }}'],
  [/^tag "\{%.* not closed$/su, () => 'A {% has no %}'],
  [/^ENOENT: Failed to lookup "(.*)" in/su, (name) => `There is no partial "${name}" in the folder of the campaign`],
  [/limit exceeded$/su, () => 'The template makes too much, or takes too long: look at its loops'],
]

// What follows quotes the template, which the author wrote; it is cut and made visible all the same.
function describe(message: string, engine: Liquid): string {
  for (const [pattern, say] of rules) {
    const match = pattern.exec(message)
    if (match) return visible(say(match[1] ?? '', engine), 300)
  }
  return `This is not valid Liquid: ${visible(message, 120)}`
}
