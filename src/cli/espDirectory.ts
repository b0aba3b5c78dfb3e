import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { type SendingProvider, searchProvider } from '../provider/index.ts'

/** @throws SealpostError SP_PROVIDER_UNKNOWN, with what was probably meant */
export function findProvider(word: string): SendingProvider {
  const found = searchProvider(word)
  if (found.kind === 'found') return found.provider
  throw new SealpostError('SP_PROVIDER_UNKNOWN', { where: visible(word, 100), what: found.what })
}
