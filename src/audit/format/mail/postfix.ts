import { type Document, type Entry, type Format, type Value, lineAround, lineEnd } from '../document.ts'
import { type Line, maxEntries, readLines, untold } from '../line.ts'

/** Of a value with its references put in. */
const maxLength = 65_536
/** References that are followed; each may lead to the next. */
const maxNames = 500

/** Postfix's `main.cf`: `name = value`, lines that begin with white space go on with the one before, the last of a name counts. */
export const mainCf: Format = {
  name: 'mainCf',
  read: (text) => {
    const faults: Document['faults'][number][] = []
    const raw = new Map<string, { readonly words: string; readonly start: number; readonly end: number; readonly line: number }>()
    const expanded = new Map<string, Value | undefined>()
    for (const { lines, first } of joinLines(text)) {
      const [head, name] = /^([^\s=#][^\s=]*)[ \t]*=[ \t]*/.exec(first.text) ?? []
      if (head === undefined || name === undefined) {
        faults.push({ line: first.number, words: 'not name = value' })
        continue
      }
      const start = first.start + head.length
      const end = Math.max(start, endOf(lines.at(-1) ?? first))
      const words = [first.text.slice(head.length), ...lines.slice(1).map((line) => line.text)]
        .map((part) => part.trim())
        .join(' ')
      raw.delete(name)
      if (raw.size < maxEntries) raw.set(name, { words: words.trim(), start, end, line: first.number })
    }
    const entries = [...raw].map(([name, { words, start, end, line }]): Entry => ({
      path: [name],
      value: expand(words),
      start,
      end,
      line,
    }))
    return { format: 'mainCf', text, entries, calls: [], faults }

    /** `$name` is what the name is set to here; what is set nowhere here has a default that only Postfix knows. */
    function expand(words: string): Value {
      let known = true
      let length = words.length
      const filled = words.replace(/\$(?:\{(\w+)\}|\((\w+)\)|(\w+))/g, (all, brace?: string, round?: string, plain?: string) => {
        const value = length <= maxLength ? expandName(brace ?? round ?? plain ?? '') : undefined
        if (value?.kind !== 'literal') known = false
        const put = value?.kind === 'literal' ? value.text : all
        length += put.length
        return length <= maxLength ? put : ''
      })
      const literal = known && length <= maxLength && !filled.includes('$')
      return literal ? { kind: 'literal', text: filled, type: 'string' } : untold(words)
    }

    /** Once a name, so that names made of names do not multiply; one that is made of itself is not known. */
    function expandName(name: string): Value | undefined {
      if (expanded.has(name)) return expanded.get(name)
      expanded.set(name, undefined)
      const found = raw.get(name)
      const value = found && expanded.size <= maxNames ? expand(found.words) : undefined
      expanded.set(name, value)
      return value
    }
  },
  print: (value) => printPlain(value),
  insert: (document, beside, key, value) => {
    const { end } = lineAround(document.text, beside.end)
    return { start: end, end, text: `${lineEnd(document.text)}${key} = ${printPlain(value)}` }
  },
}

/** Postfix's `master.cf`: services, and what `-o name=value` sets for each. A path is `submission/inet`, name; the program is `(command)`. */
export const masterCf: Format = {
  name: 'masterCf',
  read: (text) => {
    const entries: Entry[] = []
    const faults: Document['faults'][number][] = []
    for (const { first, lines } of joinLines(text)) {
      const [head, service, type, command] = /^(\S+)\s+([\w-]+)(?:\s+\S+){5}\s+(\S+)/.exec(first.text) ?? []
      if (head === undefined || service === undefined || type === undefined || command === undefined) {
        faults.push({ line: first.number, words: 'not a service' })
        continue
      }
      if (entries.length >= maxEntries) break
      const at = first.start + head.length
      const path = `${service}/${type}`
      const add = (name: string, words: string, start: number, line: Line): void => {
        const value: Value = words.includes('$') ? untold(words) : { kind: 'literal', text: words, type: 'string' }
        entries.push({ path: [path, name], value, start, end: start + words.length, line: line.number })
      }
      add('(command)', command, at - command.length, first)
      for (const line of lines) {
        const from = line === first ? head.length : 0
        for (const found of line.text.slice(from).matchAll(/(-o\s*(?:\{\s*)?([A-Za-z]\w*)\s*=\s*)([^\s{}]*(?:[^{}]*(?=\}))?)/g)) {
          const [, before = '', name = '', words = ''] = found
          const braces = before.includes('{')
          // Outside of braces the sign stands without space around it.
          if (!braces && /\s=|=\s/.test(before)) continue
          const own = braces ? words.trimEnd() : (/^[^\s]*/.exec(words)?.[0] ?? '')
          add(name, own, line.start + from + found.index + before.length, line)
        }
      }
    }
    return { format: 'masterCf', text, entries, calls: [], faults }
  },
  print: (value) => printPlain(value).replaceAll(' ', ''),
  insert: (document, beside, key, value) => ({
    start: beside.end,
    end: beside.end,
    text: `${/^\s*\}/.test(document.text.slice(beside.end)) ? '}' : ''}${lineEnd(document.text)}  -o ${key}=${printPlain(value).replaceAll(' ', '')}`,
  }),
}

function printPlain(value: string | number | boolean): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}

interface Joined {
  readonly first: Line
  /** With comments and empty lines, which may stand between, left out. */
  readonly lines: readonly Line[]
}

function joinLines(text: string): Joined[] {
  const joined: { first: Line; lines: Line[] }[] = []
  for (const line of readLines(text)) {
    if (/^\s*(?:#|$)/.test(line.text)) continue
    const last = joined.at(-1)
    if (/^\s/.test(line.text) && last) last.lines.push(line)
    else joined.push({ first: line, lines: [line] })
  }
  return joined
}

/** Behind the last character that is no space. */
function endOf(line: Line): number {
  return line.start + line.text.trimEnd().length
}
