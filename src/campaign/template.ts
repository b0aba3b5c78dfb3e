import type { Context, Liquid, Template as Node } from 'liquidjs'
import { SealpostError } from '../errors.ts'
import { explainLiquid, explainUnknown } from './explain.ts'
import { type Medium, type Partials, createContext, createLiquid, maxRendered, renderLiquid } from './liquid.ts'
import type { WriteLink } from './linkTag.ts'
import { type TemplateSource, locateSource } from './source.ts'

/** A template that was parsed. */
export interface Template {
  /** Text that is the same for each recipient, undefined for each place of its own. */
  readonly pieces: readonly (string | undefined)[]
  /**
   * What stands in each place.
   *
   * @param writeLink of a tracked template; links stay as they are without it
   * @throws SealpostError SP_TEMPLATE_INVALID with `file:line`
   */
  fillPlaces(values: Readonly<Record<string, string>>, writeLink?: WriteLink): string[]
  /** All of it. @throws SealpostError SP_TEMPLATE_INVALID with `file:line` */
  render(values: Readonly<Record<string, string>>, writeLink?: WriteLink): string
  /** @throws SealpostError SP_TEMPLATE_INVALID for the first name in any branch of it that is not one of `names` */
  checkNames(names: readonly string[]): void
  /** Which of the columns it uses, in any branch. */
  readonly columns: readonly string[]
}

const engines: Readonly<Record<Medium, Liquid>> = {
  text: createLiquid('text', {}),
  html: createLiquid('html', {}),
  tracked: createLiquid('tracked', {}),
}
const engineOf = new WeakMap<Partials, Partial<Record<Medium, Liquid>>>()

/**
 * Parses Liquid. Loops, tags and output are bounded, files out of reach.
 *
 * @throws SealpostError SP_TEMPLATE_INVALID with `file:line`
 */
export function parseTemplate(template: TemplateSource, medium: Medium, partials?: Partials): Template {
  const engine = chooseEngine(medium, partials)
  const explain = (error: unknown, names: readonly string[]): SealpostError =>
    explainLiquid(error, template, engine, names, partials ?? {})
  const nodes = parse(engine, template.source, explain)
  const pieces = nodes.map(fixedText)
  const places = pieces.flatMap((piece, index) => (piece === undefined ? [nodes[index] as Node] : []))
  const names = countsOrAssigns.test(template.source) ? places.map(() => undefined) : places.map(plainName)
  const fixedLength = pieces.reduce((sum, piece) => sum + (piece?.length ?? 0), 0)
  const fillPlaces = (values: Readonly<Record<string, string>>, writeLink?: WriteLink): string[] => {
    let context: Context | undefined
    let length = fixedLength
    const filled = places.map((node, index) => {
      const plain = names[index]
      const value = plain && Object.hasOwn(values, plain.name) ? values[plain.name] : undefined
      const text =
        value === undefined
          ? renderNode(node, engine, (context ??= createContext(engine, values, writeLink)), values, explain)
          : medium === 'text' || plain?.raw
            ? value
            : escapeHtml(value)
      length += text.length
      return text
    })
    if (length > maxRendered) throw tooLarge(template)
    return filled
  }
  const findGlobals = () => Object.values(engine.analyzeSync(nodes).globals).flat()
  return {
    pieces,
    fillPlaces,
    render: (values, writeLink) => {
      const filled = fillPlaces(values, writeLink)
      let place = 0
      return pieces.map((piece) => piece ?? filled[place++] ?? '').join('')
    },
    checkNames: (names) => {
      try {
        checkNames(template, names, findGlobals(), partials ?? {})
      } catch (error) {
        throw error instanceof SealpostError ? error : explain(error, names)
      }
    },
    get columns() {
      return [...new Set(findGlobals().map(({ segments }) => String(segments[0])))]
    },
  }
}

function chooseEngine(medium: Medium, partials: Partials | undefined): Liquid {
  if (partials === undefined || Object.keys(partials).length === 0) return engines[medium]
  const known = engineOf.get(partials) ?? {}
  engineOf.set(partials, known)
  return (known[medium] ??= createLiquid(medium, partials))
}

type Explain = (error: unknown, names: readonly string[]) => SealpostError

function parse(engine: Liquid, source: string, explain: Explain): Node[] {
  try {
    return engine.parse(source)
  } catch (error) {
    throw explain(error, [])
  }
}

function fixedText(node: Node): string | undefined {
  return 'str' in node && typeof node.str === 'string' ? node.str : undefined
}

// A name that one of these has set is no longer that of the column.
const countsOrAssigns = /\{%-?\s*(?:assign|capture|increment|decrement|liquid|cycle)\b/

/**
 * The column of a place that is `{{ column }}` or `{{ column | raw }}` and no more, which is most of them, and most of the
 * time otherwise.
 */
function plainName(node: Node): { readonly name: string; readonly raw: boolean } | undefined {
  const text = 'token' in node ? (node.token as { getText?: () => string }).getText?.() : undefined
  const [, name, raw] = /^\{\{-?\s*([A-Za-z_][A-Za-z0-9_]*)\s*(\|\s*raw\s*)?-?\}\}$/.exec(text ?? '') ?? []
  if (name === undefined || /^(?:true|false|nil|null|empty|blank|forloop)$/.test(name)) return undefined
  return { name, raw: raw !== undefined }
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' }

/** As Liquid's own filter does. */
function escapeHtml(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (character) => entities[character] ?? character) : text
}

function renderNode(
  node: Node,
  engine: Liquid,
  context: Context,
  values: Readonly<Record<string, string>>,
  explain: Explain,
): string {
  try {
    return renderLiquid(engine, [node], context)
  } catch (error) {
    throw explain(error, Object.keys(values))
  }
}

function tooLarge(template: TemplateSource): SealpostError {
  const what = `What the template makes is larger than ${maxRendered / 1_000_000} MB`
  return new SealpostError('SP_TEMPLATE_INVALID', { where: locateSource(template, 1, 1), what })
}

interface Found {
  readonly segments: readonly unknown[]
  readonly location: { readonly row: number; readonly col: number; readonly file?: string | undefined }
}

/** Rendering meets the names on the way it takes only; this looks into every branch. */
function checkNames(template: TemplateSource, names: readonly string[], globals: readonly Found[], partials: Partials): void {
  const unknown = globals
    .filter((variable) => !names.includes(String(variable.segments[0])))
    .sort((one, other) => one.location.row - other.location.row || one.location.col - other.location.col)[0]
  if (!unknown) return
  const { row, col, file } = unknown.location
  const source = file === undefined || partials[file] === undefined ? template : { source: partials[file], file, line: 1 }
  throw explainUnknown(String(unknown.segments[0]), locateSource(source, row, col), names)
}

/** Whether a piece of a template is Liquid by itself, and not the beginning or the end of some. */
export function isWholeLiquid(piece: string): boolean {
  try {
    engines.html.parse(piece)
    return true
  } catch {
    return false
  }
}
