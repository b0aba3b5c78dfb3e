import { hash } from 'node:crypto'

/** A random part of a list, the same whenever it is drawn again under the same name. */
export interface Split {
  /** Between 0 and 1. */
  readonly share: number
  /** The name of the draw. Two draws of one name take the same recipients, two of different names have nothing to do with each other. */
  readonly of: string
  /** All others instead. */
  readonly rest: boolean
}

/** A test of two subjects. */
export interface SubjectTest {
  /** How much of the list takes part, between 0 and 1; one half of it gets each subject. */
  readonly share: number
  /** The name of the draw. */
  readonly of: string
  /** Written in by a person when the answers are known: whoever did not take part gets this one. */
  readonly winner: 'a' | 'b' | undefined
}

const spread = 2 ** 48

/**
 * Where an address falls in a draw: evenly between 0 (within) and 1 (without), by SHA-256 over the names of draw and
 * address, so that it needs no memory and nobody can be moved by who else is on the list.
 *
 * @param addressKey as `addressKey` gives it
 */
export function drawPlace(draw: string, addressKey: string): number {
  return Number.parseInt(hash('sha256', `sealpost draw\0${draw}\0${addressKey}`).slice(0, 12), 16) / spread
}

/** Whether an address is in a part of its list. */
export function isInSplit({ share, of, rest }: Split, addressKey: string): boolean {
  return drawPlace(of, addressKey) < share !== rest
}

/**
 * The subject that an address gets: while the test runs one half of its share each, the others nothing (undefined); with a
 * winner the others get that, and those of the test, who have got theirs, nothing.
 */
export function chooseSubject({ share, of, winner }: SubjectTest, addressKey: string): 'a' | 'b' | undefined {
  const place = drawPlace(of, addressKey)
  if (winner !== undefined) return place < share ? undefined : winner
  return place >= share ? undefined : place < share / 2 ? 'a' : 'b'
}
