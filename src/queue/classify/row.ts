import type { TransactionStage } from '../../smtpclient/index.ts'
import type { FailureClass } from './failureClass.ts'

/** Whom a refusal concerns: one recipient, the message as it is, or everything that is sent to these hosts. */
export type Scope = 'recipient' | 'message' | 'destination'

/** One line of the table of replies. All conditions that are given must hold. */
export interface ReplyRow {
  /** Basic codes. */
  readonly codes?: readonly number[]
  /** Subject and detail of the enhanced code, `7.26`, or details from and to, `7.606-649`. */
  readonly enhanced?: string
  /** Held against the words of the reply in lower case, without addresses and enhanced codes. No quantifier without an end. */
  readonly text?: RegExp
  readonly stages?: readonly TransactionStage[]
  readonly class: FailureClass
  /** By the stage where nothing is said: MAIL concerns the destination, RCPT the recipient, DATA and its end the message. */
  readonly scope?: Scope
  /** `temporary`: tried again though the code is 5yz. Only where the source or the comment argues for it. */
  readonly fate?: 'temporary'
  /** Milliseconds after which to try again where the server gives no hint itself. */
  readonly againMs?: number
  /** What it says, in words, for `docs/replies.md`. */
  readonly says: string
  readonly source: string
}

/** What a row is held against. */
export interface ReplyWords {
  readonly code: number
  readonly enhanced: string | undefined
  readonly text: string
  readonly stage: TransactionStage
}

export function matchesRow(row: ReplyRow, { code, enhanced, text, stage }: ReplyWords): boolean {
  return (
    (row.codes === undefined || row.codes.includes(code)) &&
    (row.stages === undefined || row.stages.includes(stage)) &&
    (row.enhanced === undefined || (enhanced !== undefined && isEnhanced(row.enhanced, enhanced))) &&
    (row.text === undefined || row.text.test(text))
  )
}

/** @param pattern as in `ReplyRow.enhanced`; @param enhanced `5.7.26` */
function isEnhanced(pattern: string, enhanced: string): boolean {
  const [subject, details = ''] = pattern.split('.')
  const [from, to = from] = details.split('-').map(Number)
  const [, given, detail] = enhanced.split('.')
  return given === subject && Number(detail) >= (from ?? 0) && Number(detail) <= (to ?? 0)
}
