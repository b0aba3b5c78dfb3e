import { blankLiquid } from './liquidSpan.ts'
import { type StartTag, findStartTags } from './startTag.ts'

const mark = 'data-sealpost-element'

/**
 * Writes what the style sheets in the HTML say of each element into its style attribute, for mail programs that read
 * nothing else. The library would write the whole document anew, and with it move Liquid about; so it gets a copy in
 * which each element has a number, and only the style attributes that it makes are taken over. All else stays as it was
 * written, the style sheets too: what they say of narrow screens can stand nowhere else.
 * Rules with Liquid in them are left to the style sheet. No address is ever asked for a style sheet.
 */
export async function inlineStyles(html: string): Promise<string> {
  const blank = blankLiquid(html)
  const tags = findStartTags(blank)
  if (!tags.some(({ name }) => name === 'style')) return html
  // Loaded when it is needed: 3 MB of machine code.
  const { inline } = await import('@css-inline/css-inline')
  const styles = readStyles(inline(markElements(html, blank, tags), options))
  let out = ''
  let at = 0
  for (const [index, tag] of tags.entries()) {
    const style = styles.get(index)
    if (style === undefined) continue
    const own = tag.attributes.find(({ name }) => name === 'style')
    const written = own ? html.slice(own.valueStart, own.valueEnd) : ''
    if (own) out += `${html.slice(at, own.start)}style="${joinStyles(style, written)}"`
    else out += `${html.slice(at, tag.nameEnd)} style="${style}"`
    at = own ? own.end : tag.nameEnd
  }
  return out + html.slice(at)
}

const options = {
  inlineStyleTags: true,
  keepStyleTags: true,
  keepAtRules: true,
  loadRemoteStylesheets: false,
} as const

/** What is not for the parser's eyes, links to style sheets above all, is left out of the copy. */
function markElements(html: string, blank: string, tags: readonly StartTag[]): string {
  let copy = ''
  let at = 0
  for (const [index, tag] of tags.entries()) {
    copy += blank.slice(at, tag.start)
    at = tag.end
    if (tag.name === 'link' || tag.name === 'base') continue
    copy += `${blank.slice(tag.start, tag.nameEnd)} ${mark}="${index}"`
    let from = tag.nameEnd
    const dynamic = tag.attributes.filter((one) => one.name === mark || (one.name === 'style' && hasLiquid(html, blank, one)))
    for (const one of dynamic) {
      copy += blank.slice(from, one.start)
      from = one.end
    }
    copy += blank.slice(from, tag.end)
  }
  return copy + blank.slice(at)
}

function hasLiquid(html: string, blank: string, { start, end }: { readonly start: number; readonly end: number }): boolean {
  return html.slice(start, end) !== blank.slice(start, end)
}

const written = /<[a-z][^\s"'<>/]*((?:\s+[^\s"'=<>/]+(?:="[^"]*")?)*)\s*\/?>/gi

function readStyles(html: string): Map<number, string> {
  const styles = new Map<number, string>()
  for (const [, attributes = ''] of html.matchAll(written)) {
    const index = new RegExp(`\\s${mark}="(\\d+)"`).exec(attributes)?.[1]
    const style = /\sstyle="([^"]*)"/.exec(attributes)?.[1]
    if (index !== undefined && style !== undefined) styles.set(Number(index), style)
  }
  return styles
}

/** A style with Liquid in it stays behind the others, and so above them; its lines are kept for the sake of errors. */
function joinStyles(style: string, own: string): string {
  if (own !== blankLiquid(own)) return `${style.replace(/;?\s*$/, ';')} ${own}`
  return style + '\n'.repeat(own.split('\n').length - 1)
}
