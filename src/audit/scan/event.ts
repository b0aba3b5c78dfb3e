import type { Document, Format } from '../format/index.ts'
import type { FoundSetup, Place, Software } from '../software.ts'
import type { Encoding } from './read.ts'

/** Settings of a program, with all that judging and mending them takes. */
export interface Found {
  /** As the user would write it. */
  readonly file: string
  /** Absolute, with links followed: what a mend is written to. */
  readonly path: string
  /** What a mended text is to be written in: see `encodeText`. */
  readonly encoding: Encoding
  readonly software: Software
  readonly place: Exclude<Place, { kind: 'unseen' }>
  readonly format: Format
  readonly document: Document
  readonly setup: FoundSetup
  /** Undefined where nothing tells it, or not well enough to decide. */
  readonly version: { readonly value: string; readonly from: string } | undefined
  /** Variables that the settings ask for; undefined where none are known at all. */
  readonly environment: ReadonlyMap<string, string> | undefined
}

export type ScanEvent =
  | { readonly kind: 'setup'; readonly found: Found }
  /** A file that was not read, or not wholly. `words` go on from its name: `is larger than 1 MiB`. */
  | { readonly kind: 'fault'; readonly file: string; readonly line: number | undefined; readonly words: string }
  /** A program is here whose settings no file shows. */
  | {
      readonly kind: 'unseen'
      readonly software: Software
      readonly file: string
      readonly where: string
      readonly query: string
    }
  /** So many files were come by so far. */
  | { readonly kind: 'progress'; readonly files: number }

export interface ScanOptions {
  readonly softwares: readonly Software[]
  /** Versions that the user gave, by the program's id. */
  readonly versions: ReadonlyMap<string, string>
  /** Ids of the programs that are looked for; all where it is not there. */
  readonly only?: readonly string[]
}
