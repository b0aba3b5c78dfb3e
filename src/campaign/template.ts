import type { Liquid, Template as Node } from 'liquidjs'
import { SealpostError } from '../errors.ts'
import { explainUnknown, explainLiquid } from './explain.ts'
import { createLiquid, maxRendered, type Medium, renderLiquid } from './liquid.ts'
import type { TemplateSource } from './source.ts'

/** A template that was parsed. */
export interface Template {
  /** @throws SealpostError SP_TEMPLATE_INVALID with `file:line` */
  render(values: Readonly<Record<string, string>>): string
  /** @throws SealpostError SP_TEMPLATE_INVALID for the first name in any branch of it that is not one of `names` */
  checkNames(names: readonly string[]): void
  /** Whether the name stands in any branch of it. */
  uses(name: string): boolean
}

const engines: Readonly<Record<Medium, Liquid>> = { text: createLiquid('text'), html: createLiquid('html') }

/**
 * Parses Liquid. Loops, tags and output are bounded, files out of reach.
 *
 * @throws SealpostError SP_TEMPLATE_INVALID with `file:line`
 */
export function parseTemplate(template: TemplateSource, medium: Medium): Template {
  const engine = engines[medium]
  const nodes = parse(template, engine)
  return {
    render: (values) => renderNodes(template, engine, nodes, values),
    checkNames: (names) => checkNames(template, engine, nodes, names),
    uses: (name) => Object.hasOwn(engine.analyzeSync(nodes).globals, name),
  }
}

function parse(template: TemplateSource, engine: Liquid): Node[] {
  try {
    return engine.parse(template.source)
  } catch (error) {
    throw explainLiquid(error, template, engine, [])
  }
}

function renderNodes(template: TemplateSource, engine: Liquid, nodes: Node[], values: Readonly<Record<string, string>>): string {
  let text: string
  try {
    text = renderLiquid(engine, nodes, values)
  } catch (error) {
    throw explainLiquid(error, template, engine, Object.keys(values))
  }
  if (text.length <= maxRendered) return text
  const what = `What the template makes is larger than ${maxRendered / 1_000_000} MB`
  throw new SealpostError('SP_TEMPLATE_INVALID', { where: `${template.file}:${template.line}`, what })
}

/** Rendering meets the names on the way it takes only; this looks into every branch. */
function checkNames(template: TemplateSource, engine: Liquid, nodes: Node[], names: readonly string[]): void {
  const { globals } = engine.analyzeSync(nodes)
  const unknown = Object.values(globals)
    .flat()
    .filter((variable) => !names.includes(String(variable.segments[0])))
    .sort((one, other) => one.location.row - other.location.row || one.location.col - other.location.col)[0]
  if (unknown) throw explainUnknown(String(unknown.segments[0]), template, unknown.location.row, names)
}
