import { type Document, type Entry, type Format, Lines, lineAround, lineEnd } from '../document.ts'
import { maxEntries } from '../line.ts'

/** Momentum's ecelerity.conf: `Key = value` in scopes (`Domain "example.com" { … }`). A path is the scopes' heads and the key. */
export const ecelerity: Format = {
  name: 'ecelerity',
  read,
  print: (value, like) => {
    const quote = /^["']/.exec(like)?.[0] ?? (typeof value === 'string' && !/^[\w.-]+$/.test(value) ? '"' : '')
    return `${quote}${String(value)}${quote}`
  },
  insert: (document, beside, key, value) => {
    const { text } = document
    const { indent } = lineAround(text, beside.start)
    return {
      start: beside.end,
      end: beside.end,
      text: `${lineEnd(text)}${indent}${key} = ${typeof value === 'string' ? JSON.stringify(value) : String(value)}`,
    }
  },
}

const token = /#[^\n]*|"(?:\\.|[^"\\])*"|'[^']*'|[{}()=;,]|[^\s{}()=;,"'#]+|"|'/g

function read(text: string): Document {
  const entries: Entry[] = []
  const faults: Document['faults'][number][] = []
  const lines = new Lines(text)
  const scopes: string[] = []
  let words: RegExpExecArray[] = []
  let target: string | undefined
  for (const found of text.matchAll(token)) {
    const [word] = found
    if (word.startsWith('#')) continue
    if (entries.length >= maxEntries) break
    if (target !== undefined) {
      // A list in parentheses is not a scalar.
      if (word !== '(' && word !== '{')
        entries.push({
          path: [...scopes, target],
          value: { kind: 'literal', text: word.replace(/^(["'])(.*)\1$/s, '$2'), type: 'string' },
          start: found.index,
          end: found.index + word.length,
          line: lines.of(found.index),
        })
      target = undefined
      words = []
      if (word === '{') scopes.push('')
    } else if (word === '=') target = words.at(-1)?.[0]
    else if (word === '{') {
      scopes.push(words.map(([part]) => part.replace(/^["']|["']$/g, '')).join(' '))
      words = []
    } else if (word === '}') {
      if (scopes.pop() === undefined) faults.push({ line: lines.of(found.index), words: 'a scope ends that was not begun' })
      words = []
    } else if (/^[;,()]$/.test(word)) words = []
    else words.push(found)
    // A head has two or three words.
    if (words.length > 8) words.shift()
    // A name of a scope is on the line of its brace.
    const [first] = words
    if (first && words.length > 1 && text.slice(first.index, found.index).includes('\n')) words = [found]
  }
  return { format: 'ecelerity', text, entries, calls: [], faults }
}
