import type { SampleRow } from '../campaign/index.ts'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { type Recipient, type Row, addressKey, readAddress } from '../list/index.ts'
import type { Recipients } from './recipients.ts'

/** Rows that templates are tried on before anything is sent. */
const sampleCount = 3

/** The first recipients of a list. */
export async function readSamples(list: Pick<Recipients, 'rows'>): Promise<readonly SampleRow[]> {
  const samples: SampleRow[] = []
  for await (const row of list.rows()) {
    if (row.kind === 'recipient') samples.push(describeRow(row))
    if (samples.length === sampleCount) break
  }
  return samples
}

/** Lets rows pass that `guard` has nothing against. */
export async function* guardRows(rows: AsyncIterable<Row>, guard: (row: SampleRow) => void): AsyncGenerator<Row, void> {
  for await (const row of rows) {
    if (row.kind === 'recipient') guard(describeRow(row))
    yield row
  }
}

/** Which recipient of a list a command is about. */
export interface Choice {
  /** An address. */
  readonly recipient?: string
  /** From 1, counting the rows that can be sent to. */
  readonly row?: number
}

/**
 * Finds a recipient, the first one where nothing was chosen.
 *
 * @throws SealpostError SP_LIST_NO_RECIPIENT, SP_ADDRESS_INVALID
 */
export async function findRecipient(
  list: Pick<Recipients, 'rows'>,
  path: string,
  { recipient, row = 1 }: Choice,
): Promise<SampleRow> {
  const address = recipient === undefined ? undefined : readAddress(recipient)
  if (address?.kind === 'invalid')
    throw new SealpostError('SP_ADDRESS_INVALID', {
      where: visible(recipient ?? '', 100),
      what: `It is no address: ${address.why}`,
    })
  const key = address && addressKey(address)
  let count = 0
  for await (const one of list.rows()) {
    if (one.kind !== 'recipient') continue
    count++
    if (key === undefined ? count === row : addressKey(one.address) === key) return describeRow(one)
  }
  const what =
    recipient === undefined
      ? `There is no recipient number ${row}: the list has ${count}`
      : `${visible(recipient, 100)} is not in the list`
  throw new SealpostError('SP_LIST_NO_RECIPIENT', { where: path, what, next: 'Name one that is, with --recipient or --row.' })
}

function describeRow({ line, address, columns }: Recipient): SampleRow {
  return { line, address: address.text, columns }
}
