import type { Mode } from '../../../../src/audit/index.ts'
import type { ServerKind } from '../server.ts'
import type { House } from '../../lab/house.ts'

/** A program whose settings audit reads, and how it is made to send one message with them. */
export interface Program {
  /** As audit calls it. */
  readonly id: string
  /** Where audit's name for it is not that of what is run. */
  readonly name?: string
  /** The version that is run, as far as it matters. */
  readonly version: string
  /** The folder of `test/interop/setup` that has it. */
  readonly root: string
  /** Where the file lies in the house. */
  readonly file: string
  readonly variants: Readonly<Record<string, Variant>>
  /** Further files that the program needs, by their path: code that calls it, a spool. */
  readonly others?: Readonly<Record<string, string>>
  readonly prepare?: (house: House) => Promise<void>
  /** Sends the message and ends, whatever came of it. */
  readonly command: readonly string[]
  readonly input?: string
  /** Seconds after which it is ended; for one that would try again for days. */
  readonly patience?: number
  readonly env?: Readonly<Record<string, string>>
}

export interface Variant {
  /** What the program does, and what audit has to say. */
  readonly mode: Mode
  /** All that audit says it may be, weakest first, where something decides that no file tells. `mode` is among it. */
  readonly told?: readonly Mode[]
  readonly text: string
  /** Servers that it is shown beside the four, since only they tell. */
  readonly also?: readonly ServerKind[]
}

export const message = [
  'From: news@sender.test',
  'To: ann@recipient.test',
  'Subject: an audit',
  'Date: Tue, 24 Nov 2026 12:00:00 +0000',
  'Message-ID: <1@sender.test>',
  '',
  'Hello.',
  '',
].join('\n')
