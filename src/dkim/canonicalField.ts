import type { HeaderField } from './section.ts'

/** Writes one header field to `out` at `at`, with its CRLF, and returns where it ends. Never longer than the field. */
export type FieldWriter = (message: Buffer, field: HeaderField, out: Buffer, at: number) => number

/** RFC 6376 3.4.1: as it is. */
export const writeSimpleField: FieldWriter = (message, { start, end }, out, at) => {
  message.copy(out, at, start, end)
  return endLine(out, at + end - start)
}

/** RFC 6376 3.4.2: the name in lower case, lines joined, runs of spaces as one, none at the ends. */
export const writeRelaxedField: FieldWriter = (message, { name, valueStart, end }, out, at) => {
  let to = at + out.write(name, at, 'latin1')
  out[to++] = 0x3a
  const start = to
  let spaced = false
  for (let from = valueStart; from < end; from++) {
    const octet = message[from] ?? 0
    // CR and LF stand in a field only where a line is folded, with a space or tab behind them.
    if (octet === 0x20 || octet === 0x09 || octet === 0x0d || octet === 0x0a) {
      spaced = to > start
      continue
    }
    if (spaced) out[to++] = 0x20
    spaced = false
    out[to++] = octet
  }
  return endLine(out, to)
}

function endLine(out: Buffer, at: number): number {
  out[at] = 0x0d
  out[at + 1] = 0x0a
  return at + 2
}
