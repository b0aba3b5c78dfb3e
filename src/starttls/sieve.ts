import type { Extension, Malformed } from '../smtp/index.ts'
import type { Dialect } from './dialect.ts'
import { type Line, LineParser, lineText } from './line.ts'
import type { Oddity } from './oddity.ts'
import type { Standing } from './said.ts'

/** RFC 5804: ManageSieve. */
export const sieve: Dialect<Line> = {
  protocol: 'sieve',
  createParser: () => new LineParser(() => true),
  show: (line) => line.pieces,
  understand(asked, _tag, lines) {
    const last = lines.at(-1)
    if (!last) return undefined
    const text = lineText(last)
    const word = readStatus(last)
    if (word === undefined) return readCapability(last) ? undefined : malformed('not a response of ManageSieve', text)
    const said = { standing: findStanding(word, text), text }
    const oddities: Oddity[] = lines.some((line) => line.bareLf) ? ['bare-lf'] : []
    const extensions = lines.slice(0, -1).flatMap((line) => readCapability(line) ?? [])
    if (asked === 'starttls' && extensions.length > 0) oddities.push('untagged-before-ok')
    const listing = asked === 'greeting' || asked === 'ehlo' || (asked === 'sync' && extensions.length > 0)
    if (!listing || said.standing !== 'yes') return { said, oddities }
    const name = extensions.find((extension) => extension.keyword === 'IMPLEMENTATION')?.params.join(' ')
    return { said, capabilities: { greeting: name ?? '', extensions }, oddities }
  },
  isSpeech: (text) => /^(?:(?:OK|NO|BYE)[ \r\n]|"[^"\r\n]{1,40}"|\{\d{1,10}\+?\}\r?\n)/i.test(text),
  slip: (nonce) => `NOOP "${nonce}"\r\n`,
  findSlipped(lines, nonce) {
    const texts = lines.map(lineText)
    const named = texts.find((text) => text.includes(nonce))
    if (named !== undefined) return named
    // A server that does not know NOOP answers without the nonce. Lists of capabilities, which RFC 5804 2.2 has sent again
    // after TLS, and the answer to LOGOUT are due; one more status without a list is not.
    const bare = lines.filter((line, at) => {
      const before = lines[at - 1]
      return readStatus(line) !== undefined && (before === undefined || readStatus(before) !== undefined)
    })
    return bare.length > 1 ? bare.map(lineText)[0] : undefined
  },
}

function readStatus(line: Line): 'OK' | 'NO' | 'BYE' | undefined {
  const word = /^(OK|NO|BYE)(?: |$)/i.exec(line.pieces[0] ?? '')?.[1]?.toUpperCase()
  return word === 'OK' || word === 'NO' || word === 'BYE' ? word : undefined
}

function findStanding(word: 'OK' | 'NO' | 'BYE', text: string): Standing {
  if (word === 'OK') return 'yes'
  if (word === 'BYE') return 'closing'
  // RFC 5804 1.3
  return /^NO \(TRYLATER\b/i.test(text) ? 'later' : 'never'
}

/** RFC 5804 1.7: a name and perhaps a value, each a string. */
function readCapability(line: Line): Extension | undefined {
  const strings = readStrings(line)
  const [name, value, ...more] = strings ?? []
  if (name === undefined || more.length > 0) return undefined
  const params = value?.split(' ').filter((word) => word !== '') ?? []
  return { keyword: name.toUpperCase(), params }
}

/** The strings of a line, quoted or literal (RFC 5804 4); undefined where something else stands there. */
function readStrings(line: Line): string[] | undefined {
  const strings: string[] = []
  for (const [at, piece] of line.pieces.entries()) {
    if (at % 2 === 1) {
      strings.push(piece)
      continue
    }
    const announced = at < line.pieces.length - 1
    const text = announced ? piece.replace(/~?\{\d+\+?\}$/, '') : piece
    if (!/^ *(?:"(?:[^"\\]|\\.)*"(?: +|$))*$/s.test(text)) return undefined
    for (const [, quoted = ''] of text.matchAll(/"((?:[^"\\]|\\.)*)"/gs)) strings.push(quoted.replace(/\\(.)/gs, '$1'))
  }
  return strings
}

function malformed(why: string, text: string): Malformed {
  return { kind: 'malformed', why, shown: text.slice(0, 200) }
}
