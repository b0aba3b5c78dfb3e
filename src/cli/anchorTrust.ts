import { readBoundedFile } from '../boundedFile.ts'
import { SealpostError } from '../errors.ts'
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

/** Whole lists of authorities, as operating systems keep them, are a quarter of this. */
const mostPemOctets = 1_000_000

/** Certificates of time-stamping authorities in a PEM file; none where no file was given. */
export async function readAuthorities(path: string | undefined): Promise<TimestampTerms['authorities']> {
  if (path === undefined) return undefined
  const pem = await readBoundedFile(path, mostPemOctets)
  const authorities = pem && readTimestampAuthorities(pem.toString())
  if (authorities) return authorities
  throw new SealpostError('SP_CERTIFICATE_UNREADABLE', {
    where: path,
    what: 'It holds no certificates, or one that cannot be read',
  })
}
