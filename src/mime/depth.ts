const empty = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '))
/** Their end may be left out (HTML 13.1.2.4): ten thousand of them in a row are not ten thousand deep. */
const unended = new Set('p li dt dd option optgroup rt rp td th tr thead tbody tfoot colgroup'.split(' '))

// It stops at the next "<", so that a tag without an end costs no more than one that has it.
const tags = /<(\/?)([a-z][a-z0-9:-]*)[^<>]*>/gi

/** How many elements stand within each other, as far as they must be closed: at least as deep as a parser's stack may get. */
export function measureDepth(html: string): number {
  let depth = 0
  let deepest = 0
  for (const [tag, slash, name = ''] of html.matchAll(tags)) {
    const lower = name.toLowerCase()
    if (empty.has(lower) || unended.has(lower) || tag.endsWith('/>')) continue
    depth = slash === '' ? depth + 1 : Math.max(0, depth - 1)
    deepest = Math.max(deepest, depth)
  }
  return deepest
}
