import { type Capabilities, printCommand } from '../smtp/index.ts'
import type { Dialect } from './dialect.ts'
import { type Line, LineParser, lineText } from './line.ts'
import type { Oddity } from './oddity.ts'
import type { Standing } from './said.ts'

/** RFC 9051 and RFC 3501: STARTTLS of IMAP. */
export const imap: Dialect<Line> = {
  protocol: 'imap',
  // RFC 9051 7.1: status responses end in free text, which may look like the announcement of a literal.
  createParser: () => new LineParser(([first = '']) => first.startsWith('* ') && !readStatus(first)),
  show: (line) => line.pieces,
  understand(asked, tag, lines) {
    const last = lines.at(-1)
    if (!last) return undefined
    const text = lineText(last)
    const oddities: Oddity[] = lines.some((line) => line.bareLf) ? ['bare-lf'] : []
    const capabilities = lines.map(readCapabilities).findLast((found) => found !== undefined)
    const [, mark = '', status = ''] = readStatus(text) ?? []
    const word = status.toUpperCase()
    if (asked === 'greeting') {
      // RFC 9051 7.1: the greeting is untagged.
      if (mark !== '*' || !['OK', 'PREAUTH', 'BYE'].includes(word)) return malformed('not a greeting of IMAP', text)
      if (word === 'PREAUTH') oddities.push('preauth')
      const said = { standing: word === 'BYE' ? 'closing' : 'yes', text } as const
      return capabilities ? { said, capabilities, oddities } : { said, oddities }
    }
    if (mark === '*' && word === 'BYE' && asked !== 'quit') return { said: { standing: 'closing', text }, oddities }
    if (/^\* ./.test(text)) return undefined
    // RFC 9051 7.6: a continuation request asks for more of a command, and none of ours has any.
    if (/^\+(?: |$)/.test(text)) return { said: { standing: 'odd', text }, oddities }
    if (!['OK', 'NO', 'BAD'].includes(word)) return malformed('not a response of IMAP', text)
    if (mark !== tag) return malformed('a response to a command that was not given', text)
    const said = { standing: findStanding(word, text), text }
    if (asked === 'starttls' && lines.length > 1) oddities.push('untagged-before-ok')
    return asked === 'ehlo' && said.standing === 'yes'
      ? { said, capabilities: capabilities ?? { greeting: '', extensions: [] }, oddities }
      : { said, oddities }
  },
  isSpeech: (text) => /^(?:[*+]|\S{1,20}) (?:OK|NO|BAD|BYE|PREAUTH|CAPABILITY)\b/i.test(text),
  slip: (nonce) => printCommand(`${nonce} NOOP`),
  findSlipped: (lines, nonce) => lines.map(lineText).find((text) => text.startsWith(`${nonce} `)),
}

/** Tag and status word of a status response. */
function readStatus(text: string): RegExpExecArray | null {
  return /^([^\s(){%*"\\\]+]{1,64}|\*) (OK|NO|BAD|BYE|PREAUTH)(?: |$)/i.exec(text)
}

function findStanding(word: string, text: string): Standing {
  if (word === 'OK') return 'yes'
  // RFC 5530 3: these three pass by themselves.
  return word === 'NO' && /^\S+ NO \[(?:UNAVAILABLE|INUSE|LIMIT)\]/i.test(text) ? 'later' : 'never'
}

/** RFC 9051 7.2.2 and 7.1: a response of its own, or a code in brackets. */
function readCapabilities(line: Line): Capabilities | undefined {
  const text = lineText(line)
  const listed = /^\* CAPABILITY(?: (.*))?$/i.exec(text)?.[1] ?? /^\S+ (?:OK|PREAUTH) \[CAPABILITY ([^\]]*)\]/i.exec(text)?.[1]
  if (listed === undefined) return undefined
  const words = listed.split(' ').filter((word) => word !== '')
  return { greeting: '', extensions: words.map((word) => ({ keyword: word.toUpperCase(), params: [] })) }
}

function malformed(why: string, text: string) {
  return { kind: 'malformed', why, shown: text.slice(0, 200) } as const
}
