import { SealpostError } from '../errors.ts'
import type { FrozenCampaign, Place } from './freeze.ts'
import { insertPreheader, writeTextTemplate } from './html/index.ts'
import { trackTemplate } from './tracking.ts'
import type { Medium, Partials } from './liquid.ts'
import type { TemplateSource } from './source.ts'
import { type Template, parseTemplate } from './template.ts'

/** Every template of a frozen campaign. */
export interface Templates {
  readonly subject: Template
  /** Two that are tried, by the name that the row keeps. */
  readonly subjects?: Readonly<Record<'a' | 'b', Template>>
  /** Where the campaign has none: made from the HTML, if that can be done before its values are known. */
  readonly text?: Template
  /** With the preheader. */
  readonly html?: Template
  readonly preheader?: Template
  /** Without it, where a text must be made of each. */
  readonly htmlAlone?: Template
  readonly headers: readonly (readonly [string, Template])[]
}

/** @throws SealpostError SP_TEMPLATE_INVALID with `file:line` */
export function parseTemplates(frozen: FrozenCampaign): Templates {
  const { places, partials, subjects } = frozen
  const locate = (source: string, place: Place | undefined): TemplateSource => ({
    source,
    ...(place ?? { file: frozen.name, line: 1 }),
  })
  const parse = (source: string, place: Place | undefined, medium: Medium): Template =>
    parseTemplate(locate(source, place), medium, partials)
  const html = frozen.html === undefined ? undefined : locate(frozen.html, places.html)
  const shown = html && frozen.preheader !== undefined ? insertPreheader(html, locate(frozen.preheader, places.preheader)) : html
  const text = frozen.text === undefined ? html && parseMade(html, partials) : parse(frozen.text, places.text, 'text')
  return {
    subject: parse(frozen.subject, places.subject, 'text'),
    headers: Object.entries(frozen.headers).map(([name, source]) => [name, parse(source, places.headers[name], 'text')] as const),
    ...(subjects === undefined
      ? {}
      : { subjects: { a: parse(subjects.a, places.subjects?.a, 'text'), b: parse(subjects.b, places.subjects?.b, 'text') } }),
    ...(text === undefined ? {} : { text }),
    ...(frozen.preheader === undefined ? {} : { preheader: parse(frozen.preheader, places.preheader, 'text') }),
    ...(shown === undefined ? {} : { html: parseShown(shown, frozen) }),
    ...(html === undefined || text !== undefined ? {} : { htmlAlone: parseTemplate(html, 'html', partials) }),
  }
}

/** What recipients see: only there are links counted. A text that is made of the HTML is made of it as it was written. */
function parseShown(shown: TemplateSource, { partials, tracking }: FrozenCampaign): Template {
  if (!tracking) return parseTemplate(shown, 'html', partials)
  const tracked = trackTemplate(shown, partials, tracking)
  return parseTemplate(tracked.html, 'tracked', tracked.partials)
}

/** A text template made from the HTML; undefined where taking the tags away took some of the Liquid with them. */
function parseMade(html: TemplateSource, partials: Partials | undefined): Template | undefined {
  // A partial may hold HTML.
  if (partials !== undefined) return undefined
  const source = writeTextTemplate(html.source)
  if (source === undefined) return undefined
  try {
    return parseTemplate({ source, file: html.file, line: html.line }, 'text')
  } catch (error) {
    if (error instanceof SealpostError) return undefined
    throw error
  }
}
