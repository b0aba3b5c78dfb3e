import { flattenHtml } from '../../mime/index.ts'
import { findLiquid } from './liquidSpan.ts'

// Of the private use area (Unicode 23.5), so that nothing that people write is taken for one.
const mark = (index: number): string => `\ue0f0${index}\ue0f1`
const marks = /\ue0f0(\d+)\ue0f1/g

/**
 * The template of a plain text, made from that of the HTML: done once, and not for each recipient.
 *
 * @returns undefined where values are written as HTML of their own, so that each text must be made from its HTML
 */
export function writeTextTemplate(html: string): string | undefined {
  const spans = findLiquid(html)
  if (spans.some(({ start, end }) => /\|\s*(?:raw|newline_to_br)\b/.test(html.slice(start, end)))) return undefined
  let marked = ''
  let at = 0
  for (const [index, { start, end }] of spans.entries()) {
    marked += html.slice(at, start) + mark(index)
    at = end
  }
  const restore = (index: string): string => {
    const span = spans[Number(index)]
    return span ? html.slice(span.start, span.end) : ''
  }
  return (
    flattenHtml(marked + html.slice(at))
      // A tag on lines of its own takes them with it, or leaves a gap where it says no.
      .replace(/^\ue0f0(\d+)\ue0f1\n+/gm, (whole, index: string) => (isTag(restore(index)) ? mark(Number(index)) : whole))
      .replace(marks, (_, index: string) => restore(index))
  )
}

function isTag(liquid: string): boolean {
  return liquid.startsWith('{%')
}
