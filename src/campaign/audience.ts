import { SealpostError } from '../errors.ts'
import {
  type Recipient,
  type Row,
  type Segment,
  type Split,
  type SubjectTest,
  addressKey,
  checkColumns,
  chooseSubject,
  holdsFor,
  isInSplit,
} from '../list/index.ts'
import type { TemplateSource } from './source.ts'

/** Two subjects to be tried, and who gets which. */
export interface Subjects extends SubjectTest {
  readonly a: TemplateSource
  readonly b: TemplateSource
}

/** Which recipients of its list a campaign is for. */
export interface Audience {
  readonly segment?: Segment
  /** `file:line` of the condition. */
  readonly segmentPlace?: string
  readonly split?: Split
  readonly subjects?: Subjects
}

/** The column that says which subject a recipient gets, `a` or `b`: it stays with the row, so that every try sends the same. */
export const variantColumn = 'subject_variant'

/**
 * The columns that templates see.
 *
 * @throws SealpostError SP_SEGMENT_INVALID for a column that the list does not have, SP_LIST_INVALID where it has ours
 */
export function audienceColumns(audience: Audience, columns: readonly string[]): readonly string[] {
  if (audience.segment) {
    try {
      checkColumns(audience.segment, columns)
    } catch (error) {
      throw placeSegment(error, audience.segmentPlace)
    }
  }
  if (!audience.subjects) return columns
  if (!columns.includes(variantColumn)) return [...columns, variantColumn]
  const what = `The list has a column named ${variantColumn}, which a test of subjects needs for itself`
  throw new SealpostError('SP_LIST_INVALID', { what, next: 'Give the column another name.' })
}

/** An error of a condition at the line of the campaign file that it stands in. */
export function placeSegment(error: unknown, place: string | undefined): unknown {
  if (!(error instanceof SealpostError) || error.code !== 'SP_SEGMENT_INVALID' || place === undefined) return error
  const { where, what, next, code } = error
  return new SealpostError(code, { where: place, what: `segment, ${where ?? ''}: ${what}`, next, cause: error })
}

/** Passes on the rows that a campaign is for, and those that cannot be sent to, which are told of whoever they are. */
export async function* selectAudience(audience: Audience, rows: AsyncIterable<Row>): AsyncGenerator<Row, void> {
  for await (const row of rows) {
    if (row.kind === 'invalid') yield row
    else {
      const chosen = choose(audience, row)
      if (chosen) yield chosen
    }
  }
}

function choose({ segment, split, subjects }: Audience, row: Recipient): Recipient | undefined {
  const { address, columns } = row
  if (segment && !holdsFor(segment, { address: address.text, domain: address.domain, columns })) return undefined
  if (!split && !subjects) return row
  const key = addressKey(address)
  if (split && !isInSplit(split, key)) return undefined
  if (!subjects) return row
  const variant = chooseSubject(subjects, key)
  return variant && { ...row, columns: { ...columns, [variantColumn]: variant } }
}
