import { SealpostError } from '../../errors.ts'
import { visible } from '../../escape.ts'
import { findNearest } from '../../nearest.ts'
import { type Origin, type TemplateSource, locateSource } from '../source.ts'
import { blankLiquid, findLiquid } from './liquidSpan.ts'
import { findStartTags } from './startTag.ts'

/** Components whose content is HTML or text; between all others only components may stand. */
const contents = [
  'mj-text',
  'mj-button',
  'mj-table',
  'mj-raw',
  'mj-style',
  'mj-title',
  'mj-preview',
  'mj-navbar-link',
  'mj-social-element',
  'mj-accordion-title',
  'mj-accordion-text',
] as const

const layout =
  'mjml mj-head mj-body mj-include mj-attributes mj-all mj-class mj-breakpoint mj-font mj-html-attributes mj-selector ' +
  'mj-html-attribute mj-accordion mj-accordion-element mj-carousel mj-carousel-image mj-column mj-divider mj-group mj-hero ' +
  'mj-image mj-navbar mj-section mj-social mj-spacer mj-wrapper'
const components: readonly string[] = [...contents, ...layout.split(' ')]

const word = (index: number): string => `sealpostLiquid${index}end`
const words = /(?:<!--)?sealpostLiquid(\d+)end(?:-->)?/g

/**
 * Makes HTML of MJML, once for a campaign: the Liquid in it is kept, and filled in for each recipient afterwards. The
 * other way round, each message would be laid out anew, and a value from the list could bring components of its own.
 * Liquid in text and attributes becomes a word, which MJML takes for content; a tag between components becomes a comment,
 * which MJML leaves where it is. Nothing is included, and no font is asked for on the web.
 *
 * @throws SealpostError SP_TEMPLATE_INVALID with `file:line`
 */
export async function renderMjml(template: TemplateSource): Promise<TemplateSource> {
  const { source } = template
  const blank = blankLiquid(source)
  checkComponents(template, blank)
  const spans = findLiquid(source)
  const contentRanges = findContents(blank)
  let marked = ''
  let at = 0
  for (const [index, { start, end, kind }] of spans.entries()) {
    const between = !withinTag(blank, start) && !contentRanges.some((range) => range.start < start && start < range.end)
    if (between && kind === 'output') {
      const what = 'A value stands between components, where MJML shows no text: put it into mj-text'
      throw invalid(template, start, what)
    }
    marked += source.slice(at, start) + (between ? `<!--${word(index)}-->` : word(index))
    at = end
  }
  marked += source.slice(at)
  const html = await convert(template, marked)
  return restore(template, spans, html)
}

async function convert(template: TemplateSource, marked: string): Promise<string> {
  const engine = await createEngine()
  try {
    const result = engine.toHtml(marked)
    if (result.type === 'success') return result.content
    const reason = 'details' in result && 'source' in result.details ? result.details.source : result.message
    const position = 'details' in result && 'position' in result.details ? result.details.position.start : undefined
    const row = / at (\d+):\d+/.exec(reason)?.[1]
    const line = row === undefined ? countLines(marked.slice(0, position ?? 0)) : Number(row)
    throw new SealpostError('SP_TEMPLATE_INVALID', {
      where: `${template.file}:${template.line + line - 1}`,
      what: `This is not valid MJML: ${visible(reason.replace(/ at \d+:\d+.*$/s, ''), 120)}`,
    })
  } catch (error) {
    if (error instanceof SealpostError) throw error
    throw new SealpostError('SP_TEMPLATE_INVALID', {
      where: `${template.file}:${template.line}`,
      what: 'MJML breaks down over it',
      next: 'Take parts of it out until it does not, and look at the last one.',
      cause: error,
    })
  } finally {
    freeEngine(engine)
  }
}

/** One that broke down cannot be freed: it takes itself for borrowed. */
function freeEngine(engine: { free: () => void }): void {
  try {
    engine.free()
  } catch {
    // What it broke at was told.
  }
}

/** Loaded when it is needed: WebAssembly of 1 MB. */
async function createEngine() {
  const { Engine } = await import('mrml')
  const engine = new Engine()
  engine.setParserOptions({ includeLoader: { type: 'noop' } })
  engine.setRenderOptions({ disableComments: false, socialIconOrigin: null, fonts: {} })
  return engine
}

function restore(template: TemplateSource, spans: ReturnType<typeof findLiquid>, html: string): TemplateSource {
  const origins: Origin[] = [{ at: 0, file: template.file, line: template.line }]
  const seen = new Set<number>()
  let source = ''
  let at = 0
  for (const match of html.matchAll(words)) {
    const index = Number(match[1])
    const span = spans[index]
    if (!span) continue
    seen.add(index)
    source += html.slice(at, match.index)
    const line = template.line + countLines(template.source.slice(0, span.start)) - 1
    origins.push({ at: source.length, file: template.file, line })
    source += template.source.slice(span.start, span.end)
    at = match.index + match[0].length
  }
  const lost = spans.findIndex((_, index) => !seen.has(index))
  if (lost >= 0) throw invalid(template, spans[lost]?.start ?? 0, 'Liquid stands where MJML does not show it')
  return { source: source + html.slice(at), file: template.file, line: template.line, origins }
}

function checkComponents(template: TemplateSource, blank: string): void {
  for (const { name, start } of findStartTags(blank)) {
    if (name === 'mj-include') throw invalid(template, start, 'mj-include is not available: use {% render %}')
    if (!name.startsWith('mj') || components.includes(name)) continue
    const nearest = findNearest(name, components)
    const what = `MJML has no <${visible(name, 50)}>${nearest === undefined ? '' : `: did you mean <${nearest}>?`}`
    throw invalid(template, start, what)
  }
}

/** Whether a place is between "<" and ">". */
function withinTag(blank: string, at: number): boolean {
  return blank.lastIndexOf('<', at) > blank.lastIndexOf('>', at)
}

const content = new RegExp(`<(${contents.join('|')})(?=[\\s>])[^<>]*(?<!/)>`, 'gi')

/** Where the components stand whose content is HTML or text. */
function findContents(blank: string): { readonly start: number; readonly end: number }[] {
  const lower = blank.toLowerCase()
  const unended = new Set<string | undefined>()
  return [...lower.matchAll(content)].map((match) => {
    // Looked for once: a search to the end for each beginning takes the square of the file.
    const end = unended.has(match[1]) ? -1 : lower.indexOf(`</${match[1]}`, match.index)
    if (end < 0) unended.add(match[1])
    return { start: match.index, end: end < 0 ? lower.length : end }
  })
}

function countLines(text: string): number {
  return text.split('\n').length
}

function invalid(template: TemplateSource, at: number, what: string): SealpostError {
  const before = template.source.slice(0, at)
  const where = locateSource(template, countLines(before), at - before.lastIndexOf('\n'))
  return new SealpostError('SP_TEMPLATE_INVALID', { where, what })
}
