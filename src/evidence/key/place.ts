import { join } from 'node:path'

/** Where the keys of the evidence stand in a data folder. */
export interface KeyPlace {
  /** The log's own folder. */
  readonly log: string
  /** The key that signs. */
  readonly key: string
  /** The one that is to sign next, while a rotation is under way. */
  readonly next: string
  /** Verifier keys, the oldest first. */
  readonly list: string
  /** The leaves that tell of rotations, a number a line. */
  readonly rotations: string
}

/** In the log's own folder. */
export const rotationsName = 'rotations'

/** @param data the data folder */
export function keyPlace(data: string): KeyPlace {
  const log = join(data, 'evidence')
  return {
    log,
    key: join(data, 'keys', 'evidence.pem'),
    next: join(data, 'keys', 'evidence.next.pem'),
    list: join(log, 'keys'),
    rotations: join(log, rotationsName),
  }
}
