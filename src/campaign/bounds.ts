import { SealpostError } from '../errors.ts'
import { measureDepth } from '../mime/index.ts'
import { type TemplateSource, locateSource } from './source.ts'

/** Outputs and tags of Liquid in one file: to say where each stands, the text before it is read through. */
const mostLiquid = 5_000

/** Elements within each other. MJML is laid out on a stack of its own that ends at about 400, and takes the program's later MJML with it. */
const deepest = { html: 1_000, mjml: 150 } as const

/**
 * What nobody writes and every step behind this would take very long for, or break at. A campaign file may come by mail.
 *
 * @throws SealpostError SP_TEMPLATE_INVALID with `file:line`
 */
export function requireBounds(template: TemplateSource, kind: 'text' | 'html' | 'mjml'): void {
  let count = 0
  for (const { index } of template.source.matchAll(/\{[{%]/g)) {
    if (++count <= mostLiquid) continue
    const row = template.source.slice(0, index).split('\n').length
    const what = `There are more than ${mostLiquid.toLocaleString('en-US')} {{ }} and {% %} in the file`
    const next = 'Leave what repeats to a loop, or to a partial of its own.'
    throw new SealpostError('SP_TEMPLATE_INVALID', { where: locateSource(template, row, 1), what, next })
  }
  if (kind === 'text' || measureDepth(template.source) <= deepest[kind]) return
  const what = `More than ${deepest[kind].toLocaleString('en-US')} elements stand within each other`
  const next = 'Look for elements that are never closed.'
  throw new SealpostError('SP_TEMPLATE_INVALID', { where: locateSource(template, 1, 1), what, next })
}
