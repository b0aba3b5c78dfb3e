import { type TemplateSource, editSource } from '../source.ts'
import { findLiquid, maskLiquid } from './liquidSpan.ts'
import { findStartTags } from './startTag.ts'
import { readTarget } from './target.ts'

/** A link that is to be counted, by its place in the text. */
export interface LinkPlace {
  /** The value of `href` as written, with its Liquid. */
  readonly href: string
  readonly start: number
  readonly end: number
  /** Where it leads, if that is the same for each recipient. */
  readonly target: string | undefined
}

/** How an author says of a link that it is not to be counted. */
const mark = 'data-sealpost-track'

/**
 * Finds the links to the web: of `a` and `area`, which a reader follows. All others stay as they are: mailto and tel, places
 * in the message itself, the way out, and what is marked with `data-sealpost-track="no"`.
 *
 * @param isWhole whether a piece of the template is Liquid by itself: what begins in a link and ends behind it cannot be
 * taken apart
 */
export function findLinks(source: string, isWhole: (piece: string) => boolean): LinkPlace[] {
  const blank = maskLiquid(source)
  return findStartTags(blank).flatMap(({ name, attributes }): LinkPlace[] => {
    const href = attributes.find((one) => one.name === 'href')
    const marked = attributes.find((one) => one.name === mark)
    if ((name !== 'a' && name !== 'area') || !href || href.valueEnd === href.valueStart) return []
    if (marked && /^(?:no|off|false|0)$/i.test(source.slice(marked.valueStart, marked.valueEnd).trim())) return []
    const { valueStart: start, valueEnd: end } = href
    const value = source.slice(start, end)
    if (findLiquid(value).length === 0) {
      const target = readTarget(value)
      return target === undefined ? [] : [{ href: value, start, end, target }]
    }
    // What has a scheme of another kind, or none, before its first value leads nowhere else whatever the value is.
    const before = value.slice(0, findLiquid(value)[0]?.start).trim()
    const elsewhere = before !== '' && !/^https?:/i.test(before)
    return elsewhere || /unsubscribe_url|tracking_optout/.test(value) || !isWhole(value)
      ? []
      : [{ href: value, start, end, target: undefined }]
  })
}

/** The name under which a template finds the address of a link that is the same for each recipient. */
export function slotOf(link: number): string {
  return `sealpost_link_${link}`
}

/** The name under which it finds the element of the picture that tells of an opening, or nothing. */
export const openSlot = 'sealpost_open'

/** The tag around a link whose address has values in it; it is there in templates that were rewritten alone. */
export const linkTag = 'sealpost_link'

/**
 * Puts a place of its own for each recipient where links stand: once for a campaign.
 *
 * @param links the campaign's table of links, as they were written when it was frozen; others are left alone
 */
export function rewriteLinks(
  template: TemplateSource,
  links: readonly string[],
  isWhole: (piece: string) => boolean,
): TemplateSource {
  const numbers = new Map(links.map((href, at) => [href, at + 1]))
  const edits = findLinks(template.source, isWhole).flatMap(({ href, start, end, target }) => {
    const number = numbers.get(href)
    if (number === undefined) return []
    // Line breaks stay, so that what follows is found on its line.
    const text =
      target === undefined
        ? `{% ${linkTag} ${number} %}${href}{% end${linkTag} %}`
        : `{{ ${slotOf(number)}${href.replace(/[^\n]/g, '') || ' '}}}`
    return [{ start, end, text }]
  })
  return editSource(template, edits)
}

/** Puts the place of the picture last in the body, where it moves nothing that is seen. */
export function insertOpenSlot(template: TemplateSource): TemplateSource {
  const blank = maskLiquid(template.source)
  const body = [...blank.matchAll(/<\/body\s*>/gi)].at(-1) ?? [...blank.matchAll(/<\/html\s*>/gi)].at(-1)
  const at = body?.index ?? template.source.length
  return editSource(template, [{ start: at, end: at, text: `{{ ${openSlot} | raw }}` }])
}

/** The picture itself, without a size that would be seen and without a word for who has pictures read out. */
export function writeOpenImage(url: string): string {
  return `<img src="${url}" width="1" height="1" alt="" style="display:block;width:1px;height:1px;border:0">`
}
