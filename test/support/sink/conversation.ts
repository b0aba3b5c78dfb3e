import type { Socket } from 'node:net'
import { ContentEnd } from './contentEnd.ts'
import type { Tally } from './tally.ts'

/** Where a server may fall silent, or hang up. */
export type Moment = 'connect' | 'ehlo' | 'mail' | 'rcpt' | 'data' | 'taken'

/** How a sink differs from one that takes everything at once. */
export interface Behaviour {
  /** Says nothing more from there on, and keeps the connection. */
  readonly hangAt?: Moment
  /** Hangs up there, without a word. */
  readonly dropAt?: Moment
  /** Milliseconds before the answer to each message. */
  readonly delayMs?: number
  /** Offers and takes BDAT (RFC 3030). */
  readonly chunking?: boolean
  /** Does not offer STARTTLS. */
  readonly plain?: boolean
}

/** What all conversations of a sink share. */
export interface Sharing {
  readonly tally: Tally
  /** Told of every moment that is reached, before it is answered. */
  readonly onMoment: ((moment: Moment) => void) | undefined
  /** Puts TLS around the socket, and a conversation of its own on it. */
  readonly encrypt: (socket: Socket, behaviour: Behaviour) => void
}

/** Replies to a message and to the commands of the next one, as the sink gives them. */
export const replies = {
  ok: '250 2.0.0 ok\r\n',
  taken: '250 2.0.0 taken\r\n',
  data: '354 go ahead\r\n',
} as const

/** More than any command line of RFC 5321 or its extensions. */
const longestLine = 4096
/** A header that is longer than this is not looked at to its end. */
const longestHeader = 65_536

/** One connection's SMTP dialogue: commands are read from chunks as they come, content is only looked through for its end. */
export class Conversation {
  readonly #socket: Socket
  readonly #secure: boolean
  readonly #behaviour: Behaviour
  readonly #sharing: Sharing
  #line = ''
  /** Mail data that end with a dot; undefined outside of DATA. */
  #content: ContentEnd | undefined
  /** Octets of a BDAT chunk that are still to come, and whether it is the last one. */
  #chunk = { octets: 0, last: false }
  #header: string | undefined
  #out = ''
  #over = false

  constructor(socket: Socket, secure: boolean, behaviour: Behaviour, sharing: Sharing) {
    this.#socket = socket
    this.#secure = secure
    this.#behaviour = behaviour
    this.#sharing = sharing
  }

  begin(): void {
    this.#socket.on('data', this.#read)
  }

  readonly #read = (chunk: Buffer): void => {
    let at = 0
    while (at < chunk.length && !this.#over) {
      if (this.#content) at = this.#readContent(this.#content, chunk, at)
      else if (this.#chunk.octets > 0) at = this.#readChunk(chunk, at)
      else at = this.#readLine(chunk, at)
    }
    this.#flush()
  }

  #readLine(chunk: Buffer, from: number): number {
    const at = chunk.indexOf(10, from)
    const end = at < 0 ? chunk.length : at + 1
    this.#line += chunk.toString('latin1', from, end)
    if (this.#line.length > longestLine) this.#leave()
    else if (at >= 0) {
      const line = this.#line
      this.#line = ''
      this.#obey(line)
    }
    return end
  }

  #readContent(content: ContentEnd, chunk: Buffer, from: number): number {
    const found = content.find(chunk, from)
    const end = found < 0 ? chunk.length : found
    this.#keepHeader(chunk, from, end)
    if (found < 0) return end
    this.#content = undefined
    this.#take()
    return end
  }

  #readChunk(chunk: Buffer, from: number): number {
    const end = Math.min(chunk.length, from + this.#chunk.octets)
    this.#keepHeader(chunk, from, end)
    this.#chunk.octets -= end - from
    if (this.#chunk.octets === 0) this.#endChunk()
    return end
  }

  #endChunk(): void {
    if (this.#chunk.last) this.#take()
    else this.#out += replies.ok
  }

  #keepHeader(chunk: Buffer, from: number, end: number): void {
    if (this.#sharing.tally.byId === undefined) return
    const header = this.#header ?? ''
    if (header.length < longestHeader && !header.includes('\r\n\r\n')) this.#header = header + chunk.toString('latin1', from, end)
  }

  #take(): void {
    // Told before it is counted: whoever is killed here has a message on the way that nobody answered for.
    const id = /^message-id:\s*<([^>]*)>/im.exec(this.#header ?? '')?.[1]
    this.#header = undefined
    this.#sharing.tally.take(id)
    if (this.#reach('taken')) return
    const { delayMs = 0 } = this.#behaviour
    if (delayMs === 0) this.#out += replies.taken
    else setTimeout(() => this.#socket.write(replies.taken), delayMs)
  }

  /** True where the conversation is over. */
  #reach(moment: Moment): boolean {
    const { hangAt, dropAt } = this.#behaviour
    this.#sharing.onMoment?.(moment)
    if (hangAt !== moment && dropAt !== moment) return false
    this.#over = true
    this.#out = ''
    this.#socket.off('data', this.#read)
    this.#socket.resume()
    if (dropAt === moment) this.#socket.destroy()
    return true
  }

  #leave(): void {
    this.#over = true
    this.#flush()
    this.#socket.off('data', this.#read)
    this.#socket.end()
  }

  #flush(): void {
    const out = this.#out
    this.#out = ''
    if (out !== '' && this.#socket.writable) this.#socket.write(out, 'latin1')
  }

  #obey(line: string): void {
    const verb = line.slice(0, 4).toUpperCase()
    if (verb === 'MAIL') this.#answer('mail')
    else if (verb === 'RCPT') this.#answer('rcpt')
    else if (verb === 'DATA') {
      if (this.#reach('data')) return
      this.#content = new ContentEnd()
      this.#out += replies.data
    } else if (verb === 'BDAT') this.#begin(line)
    else if (verb === 'EHLO') {
      if (!this.#reach('ehlo')) this.#out += this.#capabilities()
    } else if (verb === 'STAR' && !this.#secure) this.#encrypt()
    else if (verb === 'QUIT') {
      this.#out += '221 2.0.0 bye\r\n'
      this.#leave()
    } else this.#out += verb === 'RSET' || verb === 'NOOP' || verb === 'HELO' ? replies.ok : '502 5.5.1 not here\r\n'
  }

  #answer(moment: Moment): void {
    if (!this.#reach(moment)) this.#out += replies.ok
  }

  /** RFC 3030 2: the octets follow the command's line at once. */
  #begin(line: string): void {
    const [, octets, last] = /^BDAT (\d{1,9})( LAST)?\r?\n$/i.exec(line) ?? []
    if (octets === undefined) {
      this.#out += '501 5.5.4 BDAT needs a number\r\n'
      return
    }
    if (this.#reach('data')) return
    this.#chunk = { octets: Number(octets), last: last !== undefined }
    if (this.#chunk.octets === 0) this.#endChunk()
  }

  #capabilities(): string {
    const { chunking, plain } = this.#behaviour
    const offered = ['PIPELINING', '8BITMIME', 'SIZE 52428800', 'DSN', ...(chunking ? ['CHUNKING'] : [])]
    if (!this.#secure && !plain) offered.push('STARTTLS')
    return `250-sink.test\r\n${offered.map((keyword) => `250-${keyword}\r\n`).join('')}250 ENHANCEDSTATUSCODES\r\n`
  }

  #encrypt(): void {
    this.#over = true
    this.#socket.off('data', this.#read)
    this.#socket.write('220 2.0.0 go ahead\r\n')
    this.#sharing.encrypt(this.#socket, this.#behaviour)
  }
}
