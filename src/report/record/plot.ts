import { html } from '../../escape.ts'
import { printNumber } from '../table.ts'
import { readableTime } from '../sheet.ts'
import type { SentRecord } from './document.ts'

const width = 720
const height = 160
/** Room for the numbers at the left, and for the times below. */
const margin = { left: 56, bottom: 22, top: 8 } as const
/** Columns that can be told apart; more times than that are drawn together. */
const most = 120

interface Column {
  readonly from: string
  readonly encrypted: number
  readonly plaintext: number
  readonly notKnown: number
}

/** Messages delivered over time as columns: encrypted below, plaintext above it, so that it is not overlooked. */
export function plotTimeline({ points, step }: SentRecord['timeline']): string {
  const columns = gather(points, step)
  const top = Math.max(1, ...columns.map(({ encrypted, plaintext, notKnown }) => encrypted + plaintext + notKnown))
  // Two or three columns say no more than the numbers.
  if (columns.length < 4) return ''
  const wide = (width - margin.left) / columns.length
  const tall = height - margin.bottom - margin.top
  const bars = columns.map((column, index) => {
    let y = height - margin.bottom
    const parts = [
      ['encrypted', column.encrypted],
      ['unknown', column.notKnown],
      ['plain', column.plaintext],
    ] as const
    const drawn = parts.map(([tone, count]) => {
      if (count === 0) return ''
      // A pixel at the least: what is there is seen.
      const h = Math.max(1, (count / top) * tall)
      y -= h
      return `<rect class="${tone}" x="${fix(margin.left + index * wide)}" y="${fix(y)}" width="${fix(Math.max(1, wide - 1))}" height="${fix(h)}"/>`
    })
    return `<g><title>${html(readableTime(column.from))}: ${describe(column)}</title>${drawn.join('')}</g>`
  })
  const first = columns[0]?.from ?? ''
  const last = columns.at(-1)?.from ?? ''
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Messages delivered from ${html(readableTime(first))} to ${html(readableTime(last))}">
<line x1="${margin.left}" y1="${height - margin.bottom}" x2="${width}" y2="${height - margin.bottom}"/><line x1="${margin.left}" y1="${margin.top}" x2="${width}" y2="${margin.top}" class="grid"/>
<text x="${margin.left - 6}" y="${margin.top + 10}" text-anchor="end">${printNumber(top)}</text><text x="${margin.left - 6}" y="${height - margin.bottom}" text-anchor="end">0</text>
${bars.join('\n')}
<text x="${margin.left}" y="${height - 6}">${html(readableTime(first))}</text><text x="${width}" y="${height - 6}" text-anchor="end">${html(readableTime(last))}</text>
</svg>`
}

/** A column for each time, also those at which nothing was sent, so that the distance is time. */
function gather(points: SentRecord['timeline']['points'], step: number): readonly Column[] {
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last || step <= 0) return []
  const begin = Date.parse(first.at)
  const steps = (Date.parse(last.at) - begin) / step + 1
  const together = Math.ceil(steps / most) * step
  const columns = Array.from({ length: Math.ceil((steps * step) / together) }, (_, index) => ({
    from: new Date(begin + index * together).toISOString(),
    encrypted: 0,
    plaintext: 0,
    notKnown: 0,
  }))
  for (const { at, encrypted, plaintext, notKnown } of points) {
    const column = columns[Math.floor((Date.parse(at) - begin) / together)]
    if (!column) continue
    column.encrypted += encrypted
    column.plaintext += plaintext
    column.notKnown += notKnown
  }
  return columns
}

function describe({ encrypted, plaintext, notKnown }: Column): string {
  return [
    `${printNumber(encrypted)} encrypted`,
    ...(plaintext > 0 ? [`${printNumber(plaintext)} in plaintext`] : []),
    ...(notKnown > 0 ? [`${printNumber(notKnown)} not known`] : []),
  ].join(', ')
}

function fix(value: number): string {
  return value.toFixed(1)
}
