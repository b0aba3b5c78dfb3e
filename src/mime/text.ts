import { compile } from 'html-to-text'
import { measureDepth } from './depth.ts'

const convert = compile({
  wordwrap: 78,
  limits: { maxInputLength: 10_000_000, maxDepth: 200 },
  selectors: [
    { selector: 'img', format: 'skip' },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
})

/** Deeper is no message of anybody's. The parser takes the square of it, so that a value of the list could keep it for minutes. */
const deepest = 1_000

/** The plain text of an HTML part: links with their addresses, no pictures, lines of 78 characters. */
export function flattenHtml(html: string): string {
  return convert(measureDepth(html) > deepest ? html.replace(/<[^<>]*>/g, ' ') : html)
}
