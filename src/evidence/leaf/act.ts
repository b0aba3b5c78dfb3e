import { z } from 'zod'
import { maxEntryOctets } from '../../tlog/index.ts'
import { clip, format, leafFormat, most, time } from './parts.ts'

const actNames = [
  'campaign-started',
  'campaign-forced',
  'campaign-finished',
  'campaign-interrupted',
  'campaign-scheduled',
  'campaign-cancelled',
  'test-sent',
  'host-released',
  'messages-released',
  'messages-failed',
  'messages-dropped',
  'queue-restored',
  'log-recovered',
  'former-log',
  'key-rotated',
  'erased',
  'anchored',
] as const

export type ActName = (typeof actNames)[number]

/** Begins with a letter: keys that look like numbers would come out in another order than they stand. */
const key = /^[a-zA-Z][a-zA-Z0-9]{0,31}$/

/** Sixteen of them fit into a leaf even where each letter is escaped. */
const mostIfMany = 500

/** Something a person or the program did that a reader of the log must know. No address stands in it. */
export const actSchema = z
  .strictObject({
    format,
    kind: z.literal('act'),
    time,
    act: z.enum(actNames),
    detail: z.record(z.string().regex(key), z.union([z.string().max(most.detail), z.number()])),
  })
  .meta({ id: 'Act' })

export type ActLeaf = Readonly<z.infer<typeof actSchema>>

/** What was done, with its particulars, sixteen at the most; texts are cut at 2,000 letters, and at 500 where the leaf would be too long otherwise. */
export interface ActEntry {
  readonly act: ActName
  readonly detail: Readonly<Record<string, string | number>>
}

/** The canonical form (RFC 8785) of an act's leaf. */
export function printAct(entry: ActEntry, at: number): string {
  const text = print(entry, at, most.detail)
  return Buffer.byteLength(text) > maxEntryOctets ? print(entry, at, mostIfMany) : text
}

function print({ act, detail }: ActEntry, at: number, letters: number): string {
  const sorted = Object.entries(detail)
    .slice(0, most.details)
    // RFC 8785 3.2.3: by code units.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, typeof value === 'string' ? clip(value, letters) : value] as const)
  const bad = sorted.find(([name]) => !key.test(name))
  if (bad) throw new RangeError(`a detail of an act is called ${JSON.stringify(bad[0])}`)
  return JSON.stringify({
    act,
    detail: Object.fromEntries(sorted),
    format: leafFormat,
    kind: 'act',
    time: new Date(at).toISOString(),
  })
}
