import type { Origin, TemplateSource } from '../source.ts'
import { maskLiquid } from './liquidSpan.ts'
import { findStartTags } from './startTag.ts'

/** Nothing that shows, and too much of it for the first lines of the body to follow the preheader in a list of mails. */
const padding = '&#847;&zwnj;&nbsp;&#8199;&shy;'.repeat(60)

const hidden =
  'display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;visibility:hidden;mso-hide:all'

/** Puts the preheader first in the body: what mail programs show beside the subject, and not in the message. */
export function insertPreheader(html: TemplateSource, preheader: TemplateSource): TemplateSource {
  const tags = findStartTags(maskLiquid(html.source))
  // Without a body of its own, the message begins where its head, or else the text, does.
  const at = tags.find(({ name }) => name === 'body')?.end ?? /^\s*(?:<!doctype[^>]*>)?/i.exec(html.source)?.[0].length ?? 0
  const open = `<div style="${hidden}" aria-hidden="true">`
  const close = `${padding}</div>`
  const from = at + open.length
  const to = from + preheader.source.length
  const rest = to + close.length
  const own: readonly Origin[] = html.origins ?? [{ at: 0, file: html.file, line: html.line }]
  const before = own.filter((origin) => origin.at < at)
  const last = before.at(-1) ?? { at: 0, file: html.file, line: html.line }
  const resumed = last.line + html.source.slice(last.at, at).split('\n').length - 1
  return {
    source: html.source.slice(0, at) + open + preheader.source + close + html.source.slice(at),
    file: html.file,
    line: html.line,
    origins: [
      ...(before.length > 0 ? before : [last]),
      { at: from, file: preheader.file, line: preheader.line },
      { at: to, file: html.file, line: resumed },
      { at: rest, file: last.file, line: resumed },
      ...own.filter((origin) => origin.at >= at).map((origin) => ({ ...origin, at: origin.at + rest - at })),
    ],
  }
}
