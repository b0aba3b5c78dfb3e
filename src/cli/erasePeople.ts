import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { readSuppressions } from './suppressionFile.ts'
import { requireAddressKey } from './queueFilter.ts'

/**
 * Whom is to be erased: addresses as they are given, and those of a file. One that cannot be read is an error before anything
 * is done: nobody who asked is left out without a word.
 *
 * @throws SealpostError SP_USAGE, SP_ADDRESS_INVALID, SP_LIST_INVALID, SP_FILE_MISSING
 */
export async function readPeople(addresses: readonly string[], from: string | undefined): Promise<readonly string[]> {
  const keys = new Set(addresses.map(requireAddressKey))
  if (from !== undefined) for (const key of await readFile(from)) keys.add(key)
  if (keys.size > 0) return [...keys]
  throw new SealpostError('SP_USAGE', {
    what: 'It is not said who is to be erased',
    next: 'Name an address, or a file of addresses with --from.',
  })
}

async function readFile(path: string): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const row of readSuppressions(path, undefined)) {
    if (row.kind === 'invalid')
      throw new SealpostError('SP_ADDRESS_INVALID', { where: `${path}:${row.line}`, what: `This is no address: ${row.why}` })
    if (row.key.startsWith('sha256:'))
      throw new SealpostError('SP_ADDRESS_INVALID', {
        where: path,
        what: `This is the hash of an address, by which nobody can be found: ${visible(row.key, 20)}`,
      })
    keys.push(row.key)
  }
  return keys
}
