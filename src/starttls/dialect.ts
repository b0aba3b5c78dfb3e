import { type Capabilities, type Malformed, printCommand } from '../smtp/index.ts'
import type { Parser } from './channel.ts'
import type { Oddity } from './oddity.ts'
import { type Protocol, commandsOf } from './protocol.ts'
import type { Said } from './said.ts'

/** The things that may be asked of a server. None of them can carry a message, an address of a person or a password. */
export type Question = 'ehlo' | 'helo' | 'starttls' | 'quit' | 'sync'

/** What an answer is due to: a question, or `greeting` where the server speaks first. */
export type Asked = Question | 'greeting'

/** A whole answer, understood. */
export interface Understood {
  readonly said: Said
  /** Present where the answer lists what the server can do. */
  readonly capabilities?: Capabilities
  readonly oddities: readonly Oddity[]
}

/** How one protocol says and means things. Pure: it neither reads nor writes. */
export interface Dialect<Unit extends object> {
  readonly protocol: Protocol
  createParser(): Parser<Unit>
  /** Each line of a unit, as it goes into the transcript. */
  show(unit: Unit): readonly string[]
  /**
   * What the units mean that came in answer so far; undefined while more must come.
   *
   * @param tag what IMAP puts before a command, and the server before the end of its answer
   */
  understand(asked: Asked, tag: string, units: readonly Unit[]): Understood | Malformed | undefined
  /** Whether bytes where TLS was due are words of this protocol. */
  isSpeech(text: string): boolean
  /** A command that does nothing, to be slipped in behind STARTTLS; the nonce is ours and finds the answer. */
  slip(nonce: string): string
  /** What answers that command among all that was said inside TLS to one `ehlo` and one `quit`. */
  findSlipped(units: readonly Unit[], nonce: string): string | undefined
}

/** The line, with its CRLF, that asks something. */
export function printQuestion(protocol: Protocol, question: Question, tag: string, name: string): string {
  const words = commandsOf[protocol]
  switch (question) {
    case 'ehlo':
      return print(protocol, tag, words.ehlo, protocol === 'smtp' || protocol === 'lmtp' ? name : '')
    case 'helo':
      return print(protocol, tag, words.helo ?? words.ehlo, name)
    case 'starttls':
      return print(protocol, tag, words.starttls)
    case 'quit':
      return print(protocol, tag, words.quit)
    case 'sync':
      // RFC 5804 2.13 has this very use for its argument: whose answer is whose.
      return print(protocol, tag, 'NOOP', protocol === 'sieve' ? '"SYNC"' : '')
  }
}

function print(protocol: Protocol, tag: string, verb: string, argument = ''): string {
  return printCommand(protocol === 'imap' ? `${tag} ${verb}` : verb, argument)
}
