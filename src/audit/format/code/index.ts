import { type Format, type Scalar, insertLine, lineAround, lineEnd } from '../document.ts'
import { type Language, languages } from './language.ts'
import { readCode } from './read.ts'

function createFormat(language: Language): Format {
  const symbols = language.name === 'ruby' || language.name === 'elixir'
  const print = (value: Scalar, like: string): string => {
    if (typeof value === 'boolean') return value ? language.yes : language.no
    // A constant is written by its name where one stood before: `SecureSocketOptions.StartTls`.
    if (typeof value === 'string' && (/^(?:[A-Z]\w*(?:\.|::))+\w+$/.test(value) || (symbols && /^:[a-z_]\w*$/.test(value))))
      return value
    if (typeof value === 'number') return String(value)
    const quote = /^["'`]/.exec(like)?.[0] ?? (language.name === 'php' || language.name === 'ruby' ? "'" : '"')
    return `${quote}${value.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)}${quote}`
  }
  return {
    name: language.name,
    read: (text) => readCode(text, language),
    print,
    insert: (document, beside, key, value) => {
      const { text } = document
      const { start } = lineAround(text, beside.start)
      const left = text.slice(start, beside.start)
      const old = beside.path.at(-1) ?? ''
      const written = print(value, text.slice(beside.start, beside.end))
      const statement = renameTarget(left, old, key)
      // An assignment of its own line: the same with another name behind it.
      if (statement !== undefined && /=\s*$/.test(left) && !/=>\s*$/.test(left)) {
        const line = lineAround(text, beside.end)
        return {
          start: line.end,
          end: line.end,
          text: `${lineEnd(text)}${statement}${written}${/;\s*(?:\S.*)?$/.test(text.slice(beside.end, line.end)) ? ';' : ''}`,
        }
      }
      // A setter of its own line, `define('KEY', value);`: the same with another key behind it.
      if (statement !== undefined && new RegExp(`\\(\\s*["']${escape(old)}["']\\s*,\\s*$`).test(left)) {
        const line = lineAround(text, beside.end)
        const tail = /^\s*\)\s*;?/.exec(text.slice(beside.end, line.end))?.[0]
        return tail === undefined
          ? undefined
          : { start: line.end, end: line.end, text: `${lineEnd(text)}${statement}${written}${tail}` }
      }
      const alone = new RegExp(`^\\s*(?:["':]?${escape(old)}["']?)\\s*(?:=>|:|=)\\s*$`).test(left)
      const pair = statement !== undefined && alone ? `${statement.trim()} ${written}` : language.pair(key, written)
      if (!alone) return { start: beside.end, end: beside.end, text: `, ${pair}` }
      return insertLine(text, beside, pair)
    },
  }
}

/** The left side of an assignment with another name in the place of its last part. */
function renameTarget(left: string, old: string, key: string): string | undefined {
  const at = left.lastIndexOf(old)
  return at === -1 || old === '' ? undefined : `${left.slice(0, at)}${key}${left.slice(at + old.length)}`
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

export const php = createFormat(languages.php)
export const python = createFormat(languages.python)
export const ruby = createFormat(languages.ruby)
export const javascript = createFormat(languages.javascript)
export const java = createFormat(languages.java)
export const kotlin = createFormat(languages.kotlin)
export const csharp = createFormat(languages.csharp)
export const go = createFormat(languages.go)
export const rust = createFormat(languages.rust)
export const elixir = createFormat(languages.elixir)
export const lua = createFormat(languages.lua)
