/** Characters of an address: longer ones break in what readers use. */
const longest = 2_000

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * Where a link leads, of the value of its `href`; undefined where that is no address on the web, or is written in a way of
 * which it is not certain what a browser makes of it. What comes out is ASCII without control characters (WHATWG URL 4.5),
 * so that it can stand in a header.
 */
export function readTarget(href: string): string | undefined {
  const text = decodeAttribute(href)?.trim()
  if (text === undefined || !/^https?:\/\//i.test(text) || text.length > longest) return undefined
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.hostname === '') return undefined
  return url.href.length <= longest && /^[!-~]+$/.test(url.href) ? url.href : undefined
}

/** Undefined where there is a name that is not known here: HTML has two thousand of them. */
function decodeAttribute(value: string): string | undefined {
  let certain = true
  const decoded = value.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z][a-z0-9]*));/gi,
    (_, decimal?: string, hex?: string, name?: string) => {
      const code = name === undefined ? Number.parseInt(decimal ?? hex ?? '', decimal === undefined ? 16 : 10) : -1
      const text = name === undefined ? (isCharacter(code) ? String.fromCodePoint(code) : undefined) : named[name.toLowerCase()]
      certain &&= text !== undefined
      return text ?? ''
    },
  )
  // HTML 13.2.5.73: in an attribute, a name that no ";" ends is left alone before "=" and letters, and is read elsewhere.
  return certain && !/&(?:#|[a-z]+(?![a-z0-9=]))/i.test(value.replace(/&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]*);/gi, ''))
    ? decoded
    : undefined
}

function isCharacter(code: number): boolean {
  return code > 31 && code !== 127 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
}
