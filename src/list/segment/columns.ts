import { SealpostError } from '../../errors.ts'
import { visible } from '../../escape.ts'
import { isOneEdit } from '../editDistance.ts'
import type { Segment } from './parse.ts'

/** Columns that every row has, whatever its list: the address, and what stands after its @. */
const givenColumns = ['email', 'domain'] as const

/**
 * Refuses a condition on columns that the list does not have: a misspelt name would be an empty cell in every row.
 *
 * @throws SealpostError SP_SEGMENT_INVALID
 */
export function checkColumns(segment: Segment, columns: readonly string[]): void {
  const all = [...columns, ...givenColumns]
  for (const [name, at] of segment.columns) {
    if (all.includes(name)) continue
    const folded = name.toLowerCase()
    const near = all.find((one) => one.toLowerCase() === folded || isOneEdit(one.toLowerCase(), folded))
    const shown = `${columns
      .slice(0, 20)
      .map((one) => visible(one, 50))
      .join(', ')}${columns.length > 20 ? ` and ${columns.length - 20} more` : ''}`
    throw new SealpostError('SP_SEGMENT_INVALID', {
      where: `character ${at + 1}`,
      what: `The list has no column "${visible(name, 100)}"`,
      next: near === undefined ? `Its columns are ${shown}.` : `Is ${visible(near, 100)} meant?`,
    })
  }
}
