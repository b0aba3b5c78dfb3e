/**
 * Columns of text, padded to their widest cell; numbers to the right.
 *
 * @param width characters of a line; the last column is cut where it would go beyond
 */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const cells = [head, ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? printNumber(cell) : cell)))]
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const isNumber = head.map((_, column) => typeof rows[0]?.[column] === 'number')
  return cells
    .map((row) => {
      const line = row
        .map((cell, column) => (isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd()
      return line.length > width ? `${line.slice(0, width - 1)}…` : line
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
