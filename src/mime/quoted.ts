const softBreak = '=\r\n'

/** Octets of a line of content; RFC 2045 6.7 allows 76 with the "=" of a soft line break. */
const lineLength = 75

/**
 * A piece of a quoted-printable text, encoded as if it began a line. Pieces are put together by a `QuotedWriter`,
 * so that what is the same in all messages of a campaign is encoded once.
 */
export interface QuotedPiece {
  /** Lines of at most 76 octets; the last is at most 75 long, so that a soft break may follow anywhere. */
  readonly text: string
  /** Octets before its first line break, or all of them. */
  readonly head: number
  /** Octets after its last line break; undefined where it has none. */
  readonly tail: number | undefined
  /** A space or tab at its very end, left out of `text`: how it is written depends on what follows. */
  readonly space: '' | ' ' | '\t'
}

const plain = /^[ -<>-~]*$/

/** @param text with lines ended by CRLF, and no CR or LF by itself */
export function encodeQuoted(text: string): QuotedPiece {
  const last = text.at(-1)
  const space = last === ' ' || last === '\t' ? last : ''
  const content = space === '' ? text : text.slice(0, -1)
  if (content.length <= lineLength && plain.test(content)) return { text: content, head: content.length, tail: undefined, space }
  const lines = content.split('\r\n')
  const encoded = lines.map((line, index) => wrapLine(line, index < lines.length - 1)).join('\r\n')
  const first = encoded.indexOf('\r\n')
  if (first < 0) return { text: encoded, head: encoded.length, tail: undefined, space }
  return { text: encoded, head: first, tail: encoded.length - encoded.lastIndexOf('\r\n') - 2, space }
}

const encodedAtoms = /[^ -<>-~\t]/gu

/** @param ended whether a hard line break follows, before which a space would be lost (RFC 2045 6.7, rule 3) */
function wrapLine(line: string, ended: boolean): string {
  let escaped = line.replace(encodedAtoms, escapeCharacter)
  if (ended && /[ \t]$/.test(escaped)) escaped = escaped.slice(0, -1) + escapeSpace(escaped.at(-1) ?? '')
  if (escaped.length <= lineLength) return escaped
  let wrapped = ''
  let start = 0
  while (escaped.length - start > lineLength) {
    const end = findBreak(escaped, start)
    wrapped += escaped.slice(start, end) + softBreak
    start = end
  }
  return wrapped + escaped.slice(start)
}

/** Where a line may break: not within "=C3", and not between the octets of one character, which some readers show. */
function findBreak(escaped: string, start: number): number {
  let end = start + lineLength
  if (escaped[end - 1] === '=') end -= 1
  else if (escaped[end - 2] === '=') end -= 2
  // Octets 80 to BF go on with a character (RFC 3629 3).
  const whole = end
  while (end > start + lineLength - 12 && escaped[end] === '=' && /[89AB]/.test(escaped[end + 1] ?? '')) end -= 3
  return escaped[end] === '=' ? end : whole
}

function escapeCharacter(character: string): string {
  let escaped = ''
  for (const octet of Buffer.from(character)) escaped += `=${octet < 16 ? '0' : ''}${octet.toString(16).toUpperCase()}`
  return escaped
}

function escapeSpace(space: string): string {
  return space === '\t' ? '=09' : '=20'
}

/**
 * Puts pieces together. A piece was encoded as if it began a line, so it is valid wherever a line begins; where it does
 * not fit into the rest of the present line, a soft break, which means nothing, makes it begin one.
 */
export class QuotedWriter {
  #text = ''
  #column = 0
  #space: QuotedPiece['space'] = ''

  add(piece: QuotedPiece): void {
    if (piece.text !== '') {
      if (this.#space !== '') this.#write(piece.head === 0 ? escapeSpace(this.#space) : this.#space)
      this.#space = ''
      // A last line leaves room for the "=" of a break; one that is broken already has it.
      const room = piece.tail === undefined ? lineLength : lineLength + 1
      if (this.#column > 0 && this.#column + piece.head > room) this.#break()
      this.#text += piece.text
      this.#column = piece.tail ?? this.#column + piece.head
    }
    if (piece.space === '') return
    if (this.#space !== '') this.#write(this.#space)
    this.#space = piece.space
  }

  /** All of it. The line that it ends with has no line break of its own. */
  end(): string {
    if (this.#space !== '') this.#write(escapeSpace(this.#space))
    this.#space = ''
    return this.#text
  }

  #write(text: string): void {
    if (this.#column + text.length > lineLength) this.#break()
    this.#text += text
    this.#column += text.length
  }

  #break(): void {
    this.#text += softBreak
    this.#column = 0
  }
}
