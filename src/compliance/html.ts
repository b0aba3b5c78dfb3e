/** What a reader of an HTML part sees, and what it points to. */
export interface HtmlFacts {
  readonly links: readonly Link[]
  readonly images: readonly Image[]
  /** What is written there, spaces joined; texts that are hidden left out. */
  readonly text: string
  /** The hidden text at the top, which inboxes show beside the subject. */
  readonly preheader: string | undefined
}

interface Link {
  readonly href: string
  /** What the reader sees of it; of an image its alternative text. */
  readonly text: string
}

interface Image {
  readonly src: string
  /** Undefined where the attribute is missing; empty is said on purpose. */
  readonly alt: string | undefined
  /** It is one pixel, or none: a counter and nothing to see. */
  readonly pixel: boolean
}

/** Links and images that are looked at, of each. */
const most = 2_000

const maxDepth = 500

const unseen = new Set(['head', 'style', 'script', 'title', 'template'])
const empty = new Set(['area', 'base', 'br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr'])

/**
 * Reads HTML as far as rules ask for it: once from the start to the end, whatever is wrong with it. It decides nothing
 * that is shown, so where browsers repair broken nesting it does not.
 */
export function readHtml(html: string): HtmlFacts {
  return new Reader(html).read()
}

interface Open {
  readonly name: string
  readonly hidden: boolean
  /** Letters have no size here, until something within says otherwise. */
  readonly sizeless: boolean
}

class Reader {
  readonly #html: string
  readonly #links: { href: string; text: string }[] = []
  readonly #images: Image[] = []
  readonly #open: Open[] = []
  readonly #text: string[] = []
  #link: { href: string; text: string } | undefined
  #hidden = 0
  #preheader = ''
  /** Something was shown. */
  #begun = false

  constructor(html: string) {
    this.#html = html
  }

  read(): HtmlFacts {
    const html = this.#html
    for (let at = 0; at < html.length;) {
      const tag = html.indexOf('<', at)
      this.#say(html.slice(at, tag < 0 ? html.length : tag))
      if (tag < 0) break
      at = this.#tag(tag)
    }
    const preheader = join(this.#preheader)
    return {
      links: this.#links.map(({ href, text }) => ({ href, text: join(text) })),
      images: this.#images,
      text: join(this.#text.join('')),
      preheader: preheader === '' ? undefined : preheader,
    }
  }

  /** Reads what begins at `<`, and returns where it ends. */
  #tag(start: number): number {
    const html = this.#html
    if (html.startsWith('<!--', start)) return after(html, '-->', start + 4)
    if (html[start + 1] === '!' || html[start + 1] === '?') return after(html, '>', start + 2)
    const closing = html[start + 1] === '/'
    const from = start + (closing ? 2 : 1)
    if (!/[A-Za-z]/.test(html[from] ?? '')) {
      this.#say('<')
      return start + 1
    }
    let end = from
    while (end < html.length && !/[\s/>]/.test(html[end] ?? '')) end++
    const name = html.slice(from, Math.min(end, from + 30)).toLowerCase()
    const attributes = readAttributes(html, end)
    if (closing) this.#close(name)
    else this.#begin(name, attributes.values)
    // What stands in these is no HTML.
    return name === 'style' || name === 'script' ? skipRaw(html, name, attributes.end, closing) : attributes.end
  }

  #begin(name: string, values: ReadonlyMap<string, string>): void {
    if (name === 'a' || name === 'area') this.#beginLink(values.get('href'))
    if (name === 'img' && this.#images.length < most) this.#addImage(values)
    if (name === 'br' || name === 'p' || name === 'td' || name === 'div' || name === 'li' || name === 'tr') this.#say(' ')
    if (empty.has(name)) return
    // Deeper is no message of anybody's: what is open there is not kept.
    if (this.#open.length >= maxDepth) return
    const hidden = unseen.has(name) || isHidden(values)
    const sizeless = isSizeless(values, this.#open.at(-1)?.sizeless ?? false)
    this.#open.push({ name, hidden, sizeless })
    if (hidden) this.#hidden++
  }

  #close(name: string): void {
    if (name === 'a') this.#link = undefined
    const at = this.#open.findLastIndex((one) => one.name === name)
    // An end without a beginning ends nothing. What is open within it ends with it.
    if (at < 0) return
    for (const one of this.#open.splice(at)) if (one.hidden) this.#hidden--
  }

  #beginLink(href: string | undefined): void {
    if (href === undefined || this.#links.length >= most) return
    this.#link = { href: href.trim(), text: '' }
    this.#links.push(this.#link)
  }

  #addImage(values: ReadonlyMap<string, string>): void {
    const alt = values.get('alt')
    const size = (name: string): number => Number.parseInt(values.get(name) ?? '', 10)
    this.#images.push({ src: values.get('src') ?? '', alt, pixel: size('width') <= 1 || size('height') <= 1 })
    if (this.#link) this.#link.text += ` ${alt ?? ''}`
  }

  #say(text: string): void {
    if (text === '') return
    const decoded = decodeEntities(text)
    if (this.#hidden === 0 && this.#open.at(-1)?.sizeless !== true) {
      this.#text.push(decoded)
      this.#begun ||= decoded.trim() !== ''
      if (this.#link) this.#link.text += decoded
    } else if (!this.#begun && this.#preheader.length < 2_000 && !this.#open.some(({ name }) => unseen.has(name)))
      this.#preheader += decoded
  }
}

/** Nothing within it can be seen, whatever is said there. */
function isHidden(values: ReadonlyMap<string, string>): boolean {
  return /display:none|mso-hide:all|max-height:0/.test(readStyle(values)) || values.has('hidden')
}

/** A size is inherited, and what is within may have one of its own: builders (MJML) give cells none, and each text one. */
function isSizeless(values: ReadonlyMap<string, string>, inherited: boolean): boolean {
  const size = [...readStyle(values).matchAll(/(?:^|;)font-size:([^;!]*)/g)].at(-1)?.[1]
  if (size === undefined) return inherited
  if (/^(?:0+\.?0*|\.0+)(?:[a-z]+|%)?$/.test(size)) return true
  // Twice nothing is nothing.
  return inherited && /(?:\dem|%|larger|smaller|inherit)$/.test(size)
}

function readStyle(values: ReadonlyMap<string, string>): string {
  return (values.get('style') ?? '').replace(/\s+/g, '').toLowerCase()
}

function skipRaw(html: string, name: string, from: number, closing: boolean): number {
  if (closing) return from
  const end = new RegExp(`</${name}`, 'gi')
  end.lastIndex = from
  return end.exec(html)?.index ?? html.length
}

/** One pass over an opening tag; quotes that are never closed go to the end. */
function readAttributes(html: string, from: number): { readonly values: ReadonlyMap<string, string>; readonly end: number } {
  const values = new Map<string, string>()
  let at = from
  while (at < html.length && html[at] !== '>') {
    if (/[\s/]/.test(html[at] ?? '')) {
      at++
      continue
    }
    const nameStart = at
    at++
    while (at < html.length && !/[\s/>=]/.test(html[at] ?? '')) at++
    const name = html.slice(nameStart, at).toLowerCase()
    while (/\s/.test(html[at] ?? '')) at++
    let value = ''
    if (html[at] === '=') {
      at++
      while (/\s/.test(html[at] ?? '')) at++
      const quote = html[at]
      const quoted = quote === '"' || quote === "'"
      const start = quoted ? at + 1 : at
      const closes = quoted ? html.indexOf(quote, start) : html.slice(start).search(/[\s>]/) + start
      const end = closes < start ? html.length : closes
      value = html.slice(start, end)
      at = quoted ? end + 1 : end
    }
    if (!values.has(name) && values.size < 50) values.set(name, decodeEntities(value))
  }
  return { values, end: Math.min(at + 1, html.length) }
}

function after(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from)
  return at < 0 ? html.length : at + mark.length
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  zwnj: '',
  copy: '©',
  shy: '',
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return named[name.toLowerCase()] ?? whole
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
      return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : ''
    },
  )
}

function join(text: string): string {
  return text.replace(/(?:\s|\u200b|\u200c|\u200d|\u034f|\ufeff)+/g, ' ').trim()
}
