/** A start tag in HTML, by its places in the text. */
export interface StartTag {
  /** Lower case. */
  readonly name: string
  readonly start: number
  readonly nameEnd: number
  /** Behind its ">". */
  readonly end: number
  readonly attributes: readonly Attribute[]
}

export interface Attribute {
  /** Lower case. */
  readonly name: string
  readonly start: number
  readonly end: number
  /** Without its quotes; the end of the name where there is no value. */
  readonly valueStart: number
  readonly valueEnd: number
}

/** Elements whose content is text to the parser (HTML 13.2.5.2 to 13.2.5.4). */
const textElements = /^(?:script|style|title|textarea|xmp|noembed|noframes|plaintext)$/

const nameOf = /[A-Za-z][^\s/>]*/y
const attributeOf = /([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?/y

/** Finds the start tags as a browser would. Comments, with all that is in them, are passed over. */
export function findStartTags(html: string): StartTag[] {
  const tags: StartTag[] = []
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    if (html.startsWith('<!--', at)) {
      const end = html.indexOf('-->', at + 4)
      at = end < 0 ? html.length : end + 3
      continue
    }
    const tag = readStartTag(html, at)
    // What begins and never ends is no tag, and neither is anything behind it (HTML 13.2.5.8).
    if (tag === 'unended') break
    if (tag === undefined) {
      at++
      continue
    }
    tags.push(tag)
    at = textElements.test(tag.name) ? findEndTag(html, tag) : tag.end
  }
  return tags
}

function readStartTag(html: string, start: number): StartTag | 'unended' | undefined {
  nameOf.lastIndex = start + 1
  const name = nameOf.exec(html)?.[0]
  if (name === undefined) return undefined
  const attributes: Attribute[] = []
  let at = nameOf.lastIndex
  for (;;) {
    while (/[\s/]/.test(html[at] ?? '')) at++
    if (at >= html.length) return 'unended'
    if (html[at] === '>') return { name: name.toLowerCase(), start, nameEnd: start + 1 + name.length, end: at + 1, attributes }
    attributeOf.lastIndex = at
    const found = attributeOf.exec(html)
    if (!found) {
      at++
      continue
    }
    const [whole, key = '', double, single, bare] = found
    const value = double ?? single ?? bare
    const quote = bare === undefined && value !== undefined ? 1 : 0
    const end = at + whole.length
    const valueEnd = end - quote
    const valueStart = value === undefined ? end : valueEnd - value.length
    attributes.push({ name: key.toLowerCase(), start: at, end, valueStart, valueEnd })
    at = end
  }
}

function findEndTag(html: string, { name, end }: StartTag): number {
  const close = new RegExp(`</${name}[\\s/>]`, 'gi')
  close.lastIndex = end
  return close.exec(html)?.index ?? html.length
}
