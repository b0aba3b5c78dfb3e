/** Settings that are not in the file that is read: handed to another program, or kept in a database. */
import { computed } from '../format/index.ts'
import { Unseen } from '../settings.ts'
import { findSetups } from '../setup.ts'
import type { Place } from '../software.ts'

/** For `throw`: the verdict is not this setting's to give. @param words at most 60 characters */
export function elsewhere(key: string, words: string): Unseen {
  return new Unseen(key, computed(words))
}

/**
 * Patterns of the columns of a table that was saved as JSON: an array of rows as the query of the unseen place prints
 * it, phpMyAdmin's export, or one row.
 */
export function columns<Key extends string>(names: Readonly<Record<Key, string>>): Readonly<Record<Key, readonly string[]>> {
  const entries = Object.entries<string>(names).map(([key, name]) => [key, [`*.${name}`, `*.data.*.${name}`, name]])
  return Object.fromEntries(entries) as Record<Key, readonly string[]> // the same keys
}

/** Said with the mend of a saved copy. */
export const onlyCopy = 'The file is a copy: the same change is to be made in the program itself.'

/**
 * Keys of one place only: a program with two ways of writing the same down has keys and remedies for each, and what has
 * no key here cannot be put here.
 */
export function ownKeys(
  keys: Readonly<Record<string, string | readonly string[]>>,
  anchors: readonly string[],
): Pick<Extract<Place, { kind: 'file' }>, 'keys' | 'anchors' | 'find'> {
  return { keys, anchors, find: (document) => findSetups(document, { keys, anchors }) }
}
