import { compile } from 'html-to-text'

const convert = compile({
  wordwrap: 78,
  limits: { maxInputLength: 10_000_000, maxDepth: 200 },
  selectors: [
    { selector: 'img', format: 'skip' },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
})

/** The plain text of an HTML part: links with their addresses, no pictures, lines of 78 characters. */
export function flattenHtml(html: string): string {
  return convert(html)
}
