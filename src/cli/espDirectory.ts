import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { type SendingProvider, recognise, sendingProviders } from '../provider/index.ts'
import { findNearest } from '../settings/index.ts'

/** Suggestions named at most. */
const maxNamed = 5

/**
 * The provider that a person means: by id or name, however written, or by the name of a server.
 *
 * @throws SealpostError SP_PROVIDER_UNKNOWN, with what was probably meant
 */
export function findProvider(word: string): SendingProvider {
  const plain = flatten(word)
  const exact = sendingProviders.find(({ id }) => id === word.trim().toLowerCase())
  if (exact) return exact
  const same = sendingProviders.filter(({ id, name }) => plain !== '' && [id, name].some((one) => flatten(one) === plain))
  const [only] = same.length > 0 ? same : findByHost(word)
  if (only) return only
  throw new SealpostError('SP_PROVIDER_UNKNOWN', {
    where: visible(word, 100),
    what: `No provider of that name is in the directory${suggest(plain)}`,
  })
}

function findByHost(word: string): readonly SendingProvider[] {
  const [found] = word.includes('.') ? recognise('host', [word]) : []
  return found ? sendingProviders.filter(({ id }) => id === found.id) : []
}

function suggest(plain: string): string {
  const near = findNearest(
    plain,
    sendingProviders.flatMap(({ id, name }) => [id, name]),
  )
  const meant = sendingProviders.filter(({ id, name }) => id === near || name === near)
  const holding = plain.length < 2 ? [] : sendingProviders.filter(({ id, name }) => flatten(`${id} ${name}`).includes(plain))
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
