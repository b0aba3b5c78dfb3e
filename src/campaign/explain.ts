import type { Liquid } from 'liquidjs'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { findNearest } from '../settings/index.ts'
import { fileTags } from './liquid.ts'
import type { TemplateSource } from './source.ts'

/** What liquidjs puts on its errors; its own types leave it out. */
interface LiquidFault {
  readonly message?: string
  readonly originalError?: { readonly message?: string; readonly variableName?: string }
  readonly token?: { getPosition?(): [number, number] }
}

/**
 * Says in our words, and with the line in its file, why a template does not parse or render.
 *
 * @param names that the template may use, or none where only its form was looked at
 */
export function explainLiquid(error: unknown, template: TemplateSource, engine: Liquid, names: readonly string[]): SealpostError {
  const fault = (error instanceof Error ? error : {}) as LiquidFault
  const row = fault.token?.getPosition?.()[0] ?? 1
  const unknown = fault.originalError?.variableName
  if (unknown !== undefined) return explainUnknown(unknown, template, row, names, error)
  const message = (fault.originalError?.message ?? fault.message ?? '').replace(/, line:\d+.*$/su, '')
  return invalid(template, row, describe(message, engine), error)
}

/** The template names something that is not there. */
export function explainUnknown(
  name: string,
  template: TemplateSource,
  row: number,
  names: readonly string[],
  cause?: unknown,
): SealpostError {
  const nearest = findNearest(name, names)
  const guess = nearest === undefined ? '' : ` (did you mean "${visible(nearest, 50)}"?)`
  const columns = names.slice(0, 30).map((column) => visible(column, 50))
  const more = names.length > 30 ? ` and ${names.length - 30} more` : ''
  const what = `The template uses "${visible(name, 100)}", which is no column of the list${guess}; there are ${columns.join(', ')}${more}`
  return invalid(template, row, what, cause)
}

function invalid(template: TemplateSource, row: number, what: string, cause: unknown): SealpostError {
  return new SealpostError('SP_TEMPLATE_INVALID', { where: `${template.file}:${template.line + row - 1}`, what, cause })
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
      if (fileTags.includes(name)) return `{% ${name} %} is not available: a template is one file`
      const nearest = findNearest(name, Object.keys(engine.tags))
      return `There is no tag {% ${name} %}${nearest === undefined ? '' : `: did you mean {% ${nearest} %}?`}`
    },
  ],
  [/^tag \{%-?\s*(\w+).* not closed$/su, (name) => `{% ${name} %} has no {% end${name} %}`],
  [/^output "\{\{.* not closed$/su, () => 'A {{ has no }}'],
  [/^tag "\{%.* not closed$/su, () => 'A {% has no %}'],
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
