import { addressKey } from './addressKey.ts'
import { type DateOrder, parseDate } from './date.ts'
import type { Mapping } from './header.ts'
import type { Recipient } from './list.ts'

/** A recipient as a stored list keeps them. */
export interface Member {
  readonly address: string
  /** Equal for addresses that count as the same. */
  readonly addressKey: string
  readonly domain: string
  readonly columns: Readonly<Record<string, string>>
  /** Milliseconds since the epoch. */
  readonly consentAt: number | undefined
  readonly consentHow: string
  readonly consentSource: string
}

/** What a recipient's consent looks like in the list. */
export type ConsentDate = 'none' | 'read' | 'ambiguous' | 'unreadable' | 'future'

/** Clocks and zones may be a day apart. */
const dayMs = 86_400_000

/**
 * Makes a member of a row, and says what became of the date of consent. One that cannot be read stays in its column, and so
 * does one that is to come: nobody has consented tomorrow.
 */
export function toMember(
  { address, columns }: Pick<Recipient, 'address' | 'columns'>,
  mapping: Mapping,
  order: DateOrder | undefined,
  now: number,
): { readonly member: Member; readonly date: ConsentDate } {
  const cell = (column: string | undefined): string => (column === undefined ? '' : (columns[column] ?? ''))
  const written = cell(mapping.consentAt)
  const at = written === '' ? undefined : parseDate(written, order)
  const date = judgeDate(written, at, now)
  return {
    member: {
      address: address.text,
      addressKey: addressKey(address),
      domain: address.domain,
      columns,
      consentAt: typeof at === 'number' && date === 'read' ? at : undefined,
      consentHow: cell(mapping.consentHow),
      consentSource: cell(mapping.consentSource),
    },
    date,
  }
}

function judgeDate(written: string, at: ReturnType<typeof parseDate>, now: number): ConsentDate {
  if (written === '') return 'none'
  if (at === 'ambiguous') return at
  if (at === undefined) return 'unreadable'
  return at > now + dayMs ? 'future' : 'read'
}
