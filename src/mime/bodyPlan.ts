import { breakLines, needsBase64, wrapBase64 } from './body.ts'
import { type QuotedPiece, QuotedWriter, encodeQuoted } from './quoted.ts'

/** A text part whose fixed pieces are encoded, and whose places are filled for each recipient. */
export interface BodyPlan {
  readonly encoding: 'quoted-printable' | 'base64'
  /** @param values one for each place, in their order */
  write(values: readonly string[]): string
}

/** @param pieces text that is the same in each message, undefined for each place */
export function planBody(pieces: readonly (string | undefined)[]): BodyPlan {
  const fixed = pieces.filter((piece) => piece !== undefined).join('')
  // What a few names are written in does not change which is the better encoding of the whole.
  if (needsBase64(fixed)) return { encoding: 'base64', write: (values) => wrapBase64(breakLines(fill(pieces, values))) }
  const encoded = pieces.map((piece) => (piece === undefined ? undefined : encodeQuoted(breakLines(piece))))
  // A CR and a LF that come together where pieces meet are one line break; so may halves of a character be one.
  const openEnds = pieces.some((piece) => piece !== undefined && !closed(piece))
  return {
    encoding: 'quoted-printable',
    write: (values) =>
      openEnds || !values.every(closed)
        ? writeQuoted([encodeQuoted(breakLines(fill(pieces, values)))])
        : writePieces(encoded, values),
  }
}

function writePieces(encoded: readonly (QuotedPiece | undefined)[], values: readonly string[]): string {
  const writer = new QuotedWriter()
  let place = 0
  for (const piece of encoded) writer.add(piece ?? encodeQuoted(breakLines(values[place++] ?? '')))
  return writer.end()
}

function writeQuoted(pieces: readonly QuotedPiece[]): string {
  const writer = new QuotedWriter()
  for (const piece of pieces) writer.add(piece)
  return writer.end()
}

function fill(pieces: readonly (string | undefined)[], values: readonly string[]): string {
  let place = 0
  return pieces.map((piece) => piece ?? values[place++] ?? '').join('')
}

/** Whether its ends mean the same whatever stands beside them. */
function closed(text: string): boolean {
  return !text.endsWith('\r') && text.isWellFormed()
}
