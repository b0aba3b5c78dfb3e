import { wrap } from './wrap.ts'

/** Characters of the last column in which words can still be read. */
const narrowest = 20

/**
 * Columns of text, padded to their widest cell; numbers to the right.
 *
 * @param width characters of a line; where it would go beyond, the last column goes on in the next line, or is cut where
 *   there is no room for that
 */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const cells = [head, ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? printNumber(cell) : cell)))]
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const isNumber = head.map((_, column) => typeof rows[0]?.[column] === 'number')
  const indent = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0)
  return cells
    .flatMap((row) => {
      const padded = row.map((cell, column) =>
        isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      const line = padded.join('  ').trimEnd()
      if (line.length <= width) return line
      if (width - indent < narrowest) return `${line.slice(0, width - 1)}…`
      return wrap(line.slice(0, indent), row.at(-1) ?? '', indent, width)
    })
    .join('\n')
}

/** 1234 as `1,234`. */
export function printNumber(value: number): string {
  return value.toLocaleString('en-US')
}

/** A part of a whole as `61.3%`; nothing of nothing is `–`. */
export function printShare(part: number, whole: number): string {
  if (whole === 0) return '–'
  const percent = (part / whole) * 100
  // Never round up to all, nor down to none.
  if (part < whole && percent > 99.9) return '99.9%'
  if (part > 0 && percent < 0.1) return '0.1%'
  return `${percent.toFixed(1).replace(/\.0$/, '')}%`
}

/** `1 message`, `2 messages`. */
export function printCount(value: number, one: string, many = `${one}s`): string {
  return `${printNumber(value)} ${value === 1 ? one : many}`
}
