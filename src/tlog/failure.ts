import type { TileFault } from './fetchTile.ts'
import type { CheckpointFailureKind } from './openCheckpoint.ts'

/** What can be wrong with a log. */
export type LogFailureKind =
  | CheckpointFailureKind
  | TileFault['failure']
  | 'checkpoint-missing'
  /** The file stands where another one of the log belongs. */
  | 'tile-swapped'
  | 'bundle-swapped'
  | 'bundle-malformed'
  /** An entry is not the one whose hash the tile holds. */
  | 'entry-wrong'
  /** A tile holds another hash than the tree has there. */
  | 'hash-wrong'
  /** Nothing contradicts itself, and yet it is not the tree that was signed. */
  | 'root-wrong'
  /** The log has fewer entries than it had. */
  | 'older-size'
  /** The log is not a continuation of what it was. */
  | 'fork'

/** The first thing that is wrong. */
export interface LogFailure {
  readonly kind: 'failed'
  readonly failure: LogFailureKind
  /** The file it was seen in. */
  readonly path: string
  /** The entry that it concerns, or the first of them, where one can be named. */
  readonly index?: number
  /** One clause. */
  readonly why: string
}

export function failedFault({ failure, path, why }: TileFault): LogFailure {
  return { kind: 'failed', failure, path, why }
}
