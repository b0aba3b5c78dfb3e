import { type Document, type Entry, type Format, Lines, lineAround, lineEnd } from '../document.ts'
import { maxEntries } from '../line.ts'

/** sendmail's m4 files: of ``define(`confCACERT_PATH', `/etc/ssl')`` the path is `define`, `confCACERT_PATH`; of other macros the name and `(0)`. */
export const m4: Format = {
  name: 'm4',
  read,
  print: (value, like) => (like.startsWith('`') ? `\`${String(value)}'` : String(value)),
  insert: (document, beside, key, value) => {
    const { end } = lineAround(document.text, beside.end)
    return { start: end, end, text: `${lineEnd(document.text)}define(\`${key}', \`${String(value)}')dnl` }
  },
}

const macro = /(?<!\w)([A-Za-z_]\w{0,60})\(/g
const argument = /\s*(`[^`']*'|[^`',()\n]*)\s*(,|\))/y

function read(text: string): Document {
  const entries: Entry[] = []
  const lines = new Lines(text)
  // From `dnl` to the end of the line nothing counts; the offsets stay.
  const plain = text.replace(/\bdnl\b[^\n]*|^#[^\n]*/gm, (comment) => ' '.repeat(comment.length))
  for (const call of plain.matchAll(macro)) {
    if (entries.length >= maxEntries) break
    const [, name = ''] = call
    let at = call.index + call[0].length
    let defined: string | undefined
    for (let index = 0; index < 8; index++) {
      argument.lastIndex = at
      const found = argument.exec(plain)
      const [all, raw = '', stop] = found ?? []
      if (all === undefined) break
      const start = at + all.indexOf(raw, raw === '' ? all.length - 1 : 0)
      const value = raw.trimEnd().replace(/^`(.*)'$/s, '$1')
      if (name === 'define' && index === 0) defined = value
      else {
        const path = name === 'define' ? ['define', defined ?? ''] : [name, `(${index})`]
        entries.push({
          path,
          value: { kind: 'literal', text: value, type: 'string' },
          start,
          end: start + raw.trimEnd().length,
          line: lines.of(start),
        })
      }
      at += all.length
      if (stop === ')' || (name === 'define' && index === 1)) break
    }
  }
  return { format: 'm4', text, entries, calls: [], faults: [] }
}
