import { blankLiquid, maskLiquid } from './liquidSpan.ts'
import { type Attribute, type StartTag, findStartTags } from './startTag.ts'

const mark = 'data-sealpost-element'

/**
 * Writes what the style sheets in the HTML say of each element into its style attribute, for mail programs that read
 * nothing else. The library would write the whole document anew, and with it move Liquid about; so it gets a copy in
 * which each element has a number, and only the style attributes that it makes are taken over. All else stays as it was
 * written, the style sheets too: what they say of narrow screens can stand nowhere else.
 * Rules with Liquid in them are left to the style sheet. No address is ever asked for a style sheet.
 */
export async function inlineStyles(html: string): Promise<string> {
  const tags = findStartTags(maskLiquid(html))
  if (!tags.some(({ name }) => name === 'style')) return html
  // Loaded when it is needed: 3 MB of machine code.
  const { inline } = await import('@css-inline/css-inline')
  const styles = readStyles(inline(markElements(html, tags), options))
  let out = ''
  let at = 0
  for (const [index, tag] of tags.entries()) {
    const style = styles.get(index)
    if (style === undefined || style === '') continue
    const own = tag.attributes.find(({ name }) => name === 'style')
    if (own) out += html.slice(at, own.start) + joinStyles(style, html, own)
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

/**
 * Links to style sheets are left out of the copy, and so are the styles that elements have of their own, in which there may
 * be Liquid, or mistakes that a browser passes over.
 */
function markElements(html: string, tags: readonly StartTag[]): string {
  const blank = blankLiquid(html)
  let copy = ''
  let at = 0
  for (const [index, tag] of tags.entries()) {
    copy += blank.slice(at, tag.start)
    at = tag.end
    if (tag.name === 'link' || tag.name === 'base') continue
    copy += `${blank.slice(tag.start, tag.nameEnd)} ${mark}="${index}"`
    let from = tag.nameEnd
    const left = tag.attributes.filter((one) => one.name === mark || one.name === 'style')
    for (const one of left) {
      copy += blank.slice(from, one.start)
      from = one.end
    }
    copy += blank.slice(from, tag.end)
  }
  return copy + blank.slice(at)
}

const written = /<[a-z][^\s"'<>/]*((?:\s+[^\s"'=<>/]+(?:="[^"]*")?)*)\s*\/?>/gi

const markOf = new RegExp(`\\s${mark}="(\\d+)"`)

function readStyles(html: string): Map<number, string> {
  const styles = new Map<number, string>()
  for (const [, attributes = ''] of html.matchAll(written)) {
    const index = markOf.exec(attributes)?.[1]
    const style = /\sstyle="([^"]*)"/.exec(attributes)?.[1]
    if (index !== undefined && style !== undefined) styles.set(Number(index), style)
  }
  return styles
}

/** Its own style stands behind, and so above, but for what the sheet says is important. */
function joinStyles(style: string, html: string, { valueStart, valueEnd }: Attribute): string {
  // Its quotes stay: there may be others in its Liquid.
  const quote = html[valueStart - 1] === "'" && html[valueEnd] === "'" ? "'" : '"'
  const safe = style.replace(/;?\s*$/, ';').replaceAll(quote, quote === '"' ? '&quot;' : '&#39;')
  return `style=${quote}${safe} ${html.slice(valueStart, valueEnd)}${quote}`
}
