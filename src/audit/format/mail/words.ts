import { type Document, type Entry, type Format, type Scalar, type Value, lineAround, lineEnd } from '../document.ts'
import { maxEntries, readLines, untold } from '../line.ts'

/** How a file of keys and values tells blocks and what it calls yes. */
interface Manner {
  readonly name: string
  /** The block that a line opens, undefined where it opens none; `''` is the file itself. */
  readonly block?: (line: string) => string | undefined
  /** Key and what is before the value. */
  readonly head: RegExp
  readonly sign: string
  readonly yes: string
  readonly no: string
  /** Yes is the key alone, and no is none. */
  readonly alone?: true
}

/**
 * Files of a key, white space and a value, a line each: dma.conf, msmtprc, PowerMTA's config, sendmail's access map. A key
 * alone is true. A path is block and key, or the key where there are no blocks.
 */
function createWords(manner: Manner): Format {
  const print = (value: Scalar, like: string): string => {
    const text = typeof value === 'boolean' ? (value ? manner.yes : manner.no) : String(value)
    // The key stands alone, and it is the key that is replaced.
    if (/^[A-Za-z][\w-]*$/.test(like) && [manner.yes, manner.no].includes(text) && !sayings.has(like.toLowerCase()))
      return manner.alone ? (text === manner.yes ? like : `# ${like}`) : `${like}${manner.sign}${text}`
    const quote = /^["']/.exec(like)?.[0] ?? (typeof value === 'string' && /[\s#]/.test(text) ? '"' : '')
    return `${quote}${text}${quote}`
  }
  return {
    name: manner.name,
    read: (text) => read(manner, text),
    print,
    insert: (document, beside, key, value) => {
      const { end, indent } = lineAround(document.text, beside.start)
      const written = value === true && manner.alone ? key : `${key}${manner.sign}${print(value, '')}`
      return { start: end, end, text: `${lineEnd(document.text)}${indent}${written}` }
    },
  }
}

const sayings = new Set(['on', 'off', 'yes', 'no', 'true', 'false'])

function read(manner: Manner, text: string): Document {
  const entries: Entry[] = []
  const faults: Document['faults'][number][] = []
  let inside = ''
  for (const line of readLines(text)) {
    if (entries.length >= maxEntries) break
    if (/^\s*(?:[#;]|$)/.test(line.text)) continue
    const block = manner.block?.(line.text.trim())
    if (block !== undefined) {
      inside = block
      continue
    }
    const [head, key] = manner.head.exec(line.text) ?? []
    if (head === undefined || key === undefined) {
      faults.push({ line: line.number, words: 'neither a key nor a key and a value' })
      continue
    }
    const behind = line.start + head.length
    const raw = text
      .slice(behind, Math.min(line.end, behind + 8192))
      .replace(/\s#.*$/, '')
      .trimEnd()
    const start = raw === '' ? line.start + head.indexOf(key) : behind
    entries.push({
      path: manner.block ? [inside, key] : [key],
      value: raw === '' ? { kind: 'literal', text: manner.yes, type: 'name' } : readValue(raw),
      start,
      end: raw === '' ? start + key.length : start + raw.length,
      line: line.number,
    })
  }
  return { format: manner.name, text, entries, calls: [], faults }
}

function readValue(raw: string): Value {
  const [, , inner] = /^(["'])(.*)\1$/.exec(raw) ?? []
  return /^\$\{?\w/.test(raw) ? untold(raw) : { kind: 'literal', text: inner ?? raw, type: 'string' }
}

/** `SMARTHOST host`, `STARTTLS`. */
export const words = createWords({
  name: 'words',
  head: /^[ \t]*([\w.-]+)[ \t]*/,
  sign: ' ',
  yes: 'true',
  no: 'false',
  alone: true,
})

/** msmtp: `defaults`, `account name`, `account name : other`; a path begins with the account as it is written, or `defaults`. */
export const msmtprc = createWords({
  name: 'msmtprc',
  block: (line) => (line === 'defaults' ? line : /^account\s+(.+)$/.exec(line)?.[1]?.replace(/\s+/g, ' ')),
  // `set` may stand before a command in old files.
  head: /^[ \t]*(?:set[ \t]+)?(\w+)[ \t]*/,
  sign: ' ',
  yes: 'on',
  no: 'off',
})

/** PowerMTA: blocks in `<domain example.com>` and `</domain>`. */
export const pmta = createWords({
  name: 'pmta',
  block: (line) => (line.startsWith('</') ? '' : /^<([^>]+)>$/.exec(line)?.[1]?.replace(/\s+/g, ' ')),
  head: /^[ \t]*([\w-]+)[ \t]*/,
  sign: ' ',
  yes: 'yes',
  no: 'no',
})

/** sendmail's access map: `TLS_Srv:example.com VERIFY:112`; a path is the whole left side. */
export const accessMap = createWords({
  name: 'accessMap',
  head: /^([^\s#]+)[ \t]+/,
  sign: '\t',
  yes: 'YES',
  no: 'NO',
})
