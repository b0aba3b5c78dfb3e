import { SaxesParser } from 'saxes'
import { type Document, type Entry, type Format, Lines, type Value, computed, lineAround, lineEnd } from './document.ts'
import { maxEntries } from './line.ts'

/**
 * Elements with text and attributes. A path is the elements' names from the root, `[2]` behind the second and later
 * ones of a name under one parent, and `@name` for an attribute. There is no DTD and no entity but XML's five.
 */
export const xml: Format = {
  name: 'xml',
  read,
  print: (value, like) => {
    const escaped = String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    const quote = /^["']/.exec(like)?.[0]
    if (quote === undefined) return escaped.replaceAll('\r', '&#13;')
    const spaces = escaped.replace(/[\t\n\r]/g, (letter) => `&#${letter.charCodeAt(0)};`)
    return `${quote}${spaces.replaceAll(quote, quote === '"' ? '&quot;' : '&apos;')}${quote}`
  },
  insert: (document, beside, key, value) => {
    const { text } = document
    if (key.startsWith('@'))
      return beside.path.at(-1)?.startsWith('@')
        ? { start: beside.end, end: beside.end, text: ` ${key.slice(1)}=${xml.print(value, '"')}` }
        : undefined
    const close = text.indexOf('>', beside.end)
    if (close === -1 || !text.startsWith('</', beside.end)) return undefined
    const { indent } = lineAround(text, beside.start)
    return { start: close + 1, end: close + 1, text: `${lineEnd(text)}${indent}<${key}>${xml.print(value, '')}</${key}>` }
  },
}

interface Open {
  readonly path: readonly string[]
  readonly counts: Map<string, number>
  /** Where its content begins. */
  readonly start: number
  text: string
  children: number
}

const maxDepth = 64

function read(text: string): Document {
  const entries: Entry[] = []
  const faults: Document['faults'][number][] = []
  const lines = new Lines(text)
  const open: Open[] = [{ path: [], counts: new Map(), start: 0, text: '', children: 0 }]
  const parser = new SaxesParser({ xmlns: false, fragment: false })
  const add = (path: readonly string[], value: Value, start: number, end: number): void => {
    entries.push({ path, value, start, end, line: lines.of(start) })
  }
  const fail = (words: string): never => {
    throw new Stop(words)
  }
  let tagStart = 0

  parser.on('error', () => fail('not valid here'))
  parser.on('doctype', () => fail('a document type, which is not read'))
  parser.on('opentagstart', () => {
    tagStart = text.lastIndexOf('<', parser.position - 1)
  })
  parser.on('opentag', ({ name, attributes, isSelfClosing }) => {
    const parent = open.at(-1)
    if (!parent || open.length > maxDepth || entries.length > maxEntries)
      return fail(`deeper than ${maxDepth} levels or too long`)
    const count = (parent.counts.get(name) ?? 0) + 1
    parent.counts.set(name, count)
    parent.children++
    const path = [...parent.path, count === 1 ? name : `${name}[${count}]`]
    readAttributes(path, attributes, parser.position)
    open.push({ path, counts: new Map(), start: isSelfClosing ? -1 : parser.position, text: '', children: 0 })
  })
  parser.on('text', (piece) => {
    const top = open.at(-1)
    if (top) top.text += piece
  })
  parser.on('cdata', (piece) => {
    const top = open.at(-1)
    if (top) top.text += piece
  })
  parser.on('closetag', () => {
    const top = open.pop()
    if (!top || top.start === -1 || top.children > 0) return
    const end = text.lastIndexOf('</', parser.position - 1)
    if (end < top.start) return
    // A mend would take a comment away: what it stands in is left alone.
    const value = /<(?:!--|\?)/.test(text.slice(top.start, end)) ? computed('a value with a comment in it') : literal(top.text)
    add(top.path, value, top.start, end)
  })

  try {
    parser.write(text).close()
  } catch (error) {
    faults.push({ line: Math.max(1, parser.line), words: error instanceof Stop ? error.message : 'not valid here' })
  }
  return { format: 'xml', text, entries, calls: [], faults }

  /** The parser tells attributes without their place: they are found again between the tag's ends. */
  function readAttributes(path: readonly string[], attributes: Readonly<Record<string, string>>, end: number): void {
    const tag = text.slice(tagStart, end)
    for (const found of tag.matchAll(/\s([^\s=<>"']+)\s*=\s*("[^"]*"|'[^']*')/g)) {
      const [all, name, quoted] = found
      const value = name === undefined ? undefined : attributes[name]
      if (quoted === undefined || value === undefined) continue
      const start = tagStart + found.index + all.length - quoted.length
      add([...path, `@${name}`], literal(value), start, start + quoted.length)
    }
  }
}

class Stop extends Error {}

function literal(text: string): Value {
  return { kind: 'literal', text, type: 'string' }
}
