import { readFile } from 'node:fs/promises'
import { SealpostError, systemError } from '../errors.ts'
import { type TimestampTerms, readTimestampAuthorities } from '../evidence/verify/index.ts'
import { type Verifier, parseVerifier } from '../tlog/index.ts'

/** The key of a witness. @param where the option that it was given with */
export function readWitness(text: string, where: string): Verifier {
  const key = parseVerifier(text)
  if (key.kind === 'verifier' && key.type === 'cosignature') return key
  const why = key.kind === 'malformed' ? key.why : 'it is that of a log'
  throw new SealpostError('SP_USAGE', {
    where,
    what: `This is no key of a witness: ${why}`,
    next: 'Ask the witness for it: it is written name+id+key, and sealpost serve prints it where it is one.',
  })
}

/** Certificates of time-stamping authorities in a PEM file; none where no file was given. */
export async function readAuthorities(path: string | undefined): Promise<TimestampTerms['authorities']> {
  if (path === undefined) return undefined
  const pem = await readFile(path, 'utf8').catch((error: unknown) => {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  })
  const authorities = readTimestampAuthorities(pem)
  if (authorities) return authorities
  throw new SealpostError('SP_CERTIFICATE_UNREADABLE', {
    where: path,
    what: 'It holds no certificates, or one that cannot be read',
  })
}
