import { findNearest } from '../nearest.ts'
import { sendingProviders } from './find.ts'
import { recognise } from './recognise.ts'
import type { SendingProvider } from './sending.ts'

/** Suggestions named at most. */
const maxNamed = 5

/** Whom a person means; or what to say where that is nobody. */
export type Search =
  | { readonly kind: 'found'; readonly provider: SendingProvider }
  /** @param what a sentence that does not repeat the word, with those that were probably meant */
  | { readonly kind: 'unknown'; readonly what: string }

/**
 * The provider that a person means: by id or name, however written, or by the name of a server.
 *
 * @param directory in place of the whole one
 */
export function searchProvider(word: string, directory: readonly SendingProvider[] = sendingProviders): Search {
  const plain = flatten(word)
  const exact = directory.find(({ id }) => id === word.trim().toLowerCase())
  if (exact) return { kind: 'found', provider: exact }
  const same = directory.filter(({ id, name }) => plain !== '' && [id, name].some((one) => flatten(one) === plain))
  const [only] = same.length > 0 ? same : findByHost(word, directory)
  if (only) return { kind: 'found', provider: only }
  return { kind: 'unknown', what: `No provider of that name is in the directory${suggest(plain, directory)}` }
}

function findByHost(word: string, directory: readonly SendingProvider[]): readonly SendingProvider[] {
  const [found] = word.includes('.') ? recognise('host', [word]) : []
  return found ? directory.filter(({ id }) => id === found.id) : []
}

function suggest(plain: string, directory: readonly SendingProvider[]): string {
  const near = findNearest(
    plain,
    directory.flatMap(({ id, name }) => [id, name]),
  )
  const meant = directory.filter(({ id, name }) => id === near || name === near)
  const holding = plain.length < 2 ? [] : directory.filter(({ id, name }) => flatten(`${id} ${name}`).includes(plain))
  const ids = (holding.length > 0 ? holding : meant).map(({ id }) => id)
  if (ids.length === 0) return ''
  const more = ids.length > maxNamed ? ` (and ${ids.length - maxNamed} more)` : ''
  return `: did you mean ${ids.slice(0, maxNamed).join(', ')}${more}?`
}

function flatten(text: string): string {
  return text
    .slice(0, 100)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
}
