import type { Mode } from '../../../../src/audit/index.ts'
import type { House } from '../../lab/house.ts'

/** A program whose settings audit reads, and how it is made to send one message with them. */
export interface Program {
  /** As audit calls it. */
  readonly id: string
  /** The version that is run, where audit is to be told one. */
  readonly version?: string
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
  readonly text: string
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
