import type { Extension } from '../smtp/index.ts'
import type { Dialect } from './dialect.ts'
import { type Line, LineParser, lineText } from './line.ts'
import type { Oddity } from './oddity.ts'
import type { Standing } from './said.ts'

/** RFC 1939 with RFC 2449 (CAPA) and RFC 2595 4 (STLS). */
export const pop3: Dialect<Line> = {
  protocol: 'pop3',
  createParser: () => new LineParser(() => false),
  show: (line) => line.pieces,
  understand(asked, _tag, lines) {
    const [first, ...rest] = lines
    if (!first) return undefined
    const text = lineText(first)
    const status = readStatus(text)
    if (status === undefined) {
      // RFC 5034 4: a continuation, which nothing of ours asks for.
      return /^\+(?: |$)/.test(text)
        ? { said: { standing: 'odd', text }, oddities: [] }
        : { kind: 'malformed', why: 'not a response of POP3', shown: text.slice(0, 200) }
    }
    const said = { standing: findStanding(status, text), text }
    const oddities: Oddity[] = lines.some((line) => line.bareLf) ? ['bare-lf'] : []
    if (asked !== 'ehlo') return { said, oddities }
    if (status === '-ERR') return { said, oddities: [...oddities, 'capa-unsupported'] }
    if (rest.at(-1)?.pieces[0] !== '.') return undefined
    return { said, capabilities: { greeting: text, extensions: rest.slice(0, -1).map(readCapability) }, oddities }
  },
  isSpeech: (text) => readStatus(text) !== undefined,
  slip: () => 'CAPA\r\n',
  findSlipped(lines) {
    // One whole answer to our CAPA, of one line or many, and one line to QUIT; whatever is more was not asked for.
    const [first] = lines
    if (!first) return undefined
    const isList = readStatus(lineText(first)) === '+OK'
    const end = isList ? lines.findIndex((line) => line.pieces[0] === '.') : 0
    return end >= 0 && lines.length > end + 2 ? lineText(first) : undefined
  },
}

function readStatus(text: string): '+OK' | '-ERR' | undefined {
  // RFC 1939 3: upper case; some servers mind that less.
  const word = /^(\+OK|-ERR)(?:\s|$)/i.exec(text)?.[1]?.toUpperCase()
  return word === '+OK' || word === '-ERR' ? word : undefined
}

function findStanding(status: '+OK' | '-ERR', text: string): Standing {
  if (status === '+OK') return 'yes'
  // RFC 3206 4 (SYS/TEMP), RFC 2449 8.1 (IN-USE, LOGIN-DELAY): these pass by themselves.
  return /^-ERR \[(?:SYS\/TEMP|IN-USE|LOGIN-DELAY)\]/i.test(text) ? 'later' : 'never'
}

/** RFC 2449 5; RFC 1939 3: a dot in front of a line's own dot is not part of it. */
function readCapability(line: Line): Extension {
  const text = lineText(line)
  const [keyword = '', ...params] = (text.startsWith('.') ? text.slice(1) : text).trim().split(/[ \t]+/)
  return { keyword: keyword.toUpperCase(), params }
}
