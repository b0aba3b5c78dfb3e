import type { Attachment } from '../../mime/index.ts'
import type { TemplateSource } from '../source.ts'
import { locateSource } from '../source.ts'
import { maskLiquid } from './liquidSpan.ts'
import { findStartTags } from './startTag.ts'

const shows: Readonly<Record<string, readonly string[]>> = {
  img: ['src'],
  input: ['src'],
  ...Object.fromEntries(['body', 'table', 'tr', 'td', 'th'].map((name) => [name, ['background']])),
}

export interface EmbeddedImages {
  readonly html: string
  readonly images: readonly Attachment[]
  /** How much longer the text has become before a place in what was given. */
  readonly moved: (at: number) => number
}

/**
 * Lets the pictures that the HTML names as files travel with the message (RFC 2392). Those with an address on the web
 * are left there, and nothing is asked of it.
 *
 * @param read gives the file; `where` is the place that names it
 */
export async function embedImages(
  template: TemplateSource,
  read: (name: string, where: string) => Promise<Attachment>,
): Promise<EmbeddedImages> {
  const { source } = template
  const blank = maskLiquid(source)
  const images = new Map<string, Attachment>()
  const changes: { readonly at: number; readonly by: number }[] = []
  let html = ''
  let at = 0
  for (const tag of findStartTags(blank)) {
    for (const { name, valueStart, valueEnd } of tag.attributes) {
      if (!shows[tag.name]?.includes(name)) continue
      const value = source.slice(valueStart, valueEnd)
      // What has Liquid in it is not known yet; what has a scheme, or a host, is elsewhere.
      if (value.trim() === '' || value !== blank.slice(valueStart, valueEnd) || /^\s*(?:[a-z][a-z0-9+.-]*:|\/\/|#)/i.test(value))
        continue
      const image = images.get(value) ?? (await read(value.trim(), locate(template, valueStart)))
      images.set(value, image)
      html += `${source.slice(at, valueStart)}cid:${image.cid}`
      at = valueEnd
      changes.push({ at: valueEnd, by: `cid:${image.cid}`.length - value.length })
    }
  }
  return {
    html: html + source.slice(at),
    images: [...new Map([...images.values()].map((image) => [image.cid, image])).values()],
    moved: (place) => changes.reduce((sum, { at, by }) => (at <= place ? sum + by : sum), 0),
  }
}

function locate(template: TemplateSource, at: number): string {
  const before = template.source.slice(0, at)
  return locateSource(template, before.split('\n').length, at - before.lastIndexOf('\n'))
}
