import type { AuditResult, Trial } from '../../audit/index.ts'

/** A setup with what was tried of it; undefined where nothing was. */
export interface AuditedSetup extends AuditResult {
  readonly trial: Trial | undefined
}

/** Settings that are in no file. */
export interface AuditUnseen {
  readonly software: { readonly id: string; readonly name: string }
  /** What shows that the program is here. */
  readonly file: string
  readonly where: string
  readonly query: string
}

/** A file that could not be read, or not to its end. */
export interface AuditFault {
  readonly file: string
  readonly line: number | undefined
  readonly words: string
}

/** All that an audit found. */
export interface AuditReport {
  readonly software: string
  readonly setups: readonly AuditedSetup[]
  readonly unseen: readonly AuditUnseen[]
  readonly faults: readonly AuditFault[]
  /** Files that were looked at. */
  readonly files: number
}
