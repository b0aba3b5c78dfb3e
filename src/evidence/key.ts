import { type KeyObject, createPrivateKey, createPublicKey, generateKeyPairSync, hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SealpostError, systemError } from '../errors.ts'
import { FileStore, type Signer, type Verifier, makeSigner, parseVerifier, printVerifier } from '../tlog/index.ts'
import { writeWholeFile } from '../wholeFile.ts'

/** The keys of a log: all bear its origin as their name. */
export interface SigningKeys {
  readonly origin: string
  readonly signer: Signer
  /** Those that signed before, the oldest first. */
  readonly former: readonly Verifier[]
}

/**
 * The key that signs checkpoints, `keys/evidence.pem`. It is made where there is neither a log nor a key yet, and only there: a
 * new key beside an old log would make the log look changed.
 *
 * @param data the data folder
 * @throws SealpostError SP_KEY_MISSING, SP_KEY_INVALID, SP_DISK_FULL
 */
export async function openSigningKeys(data: string, { origin }: { readonly origin?: string | undefined }): Promise<SigningKeys> {
  const path = join(data, 'keys', 'evidence.pem')
  const list = join(data, 'evidence', 'keys')
  const listed = await readKeyList(list)
  const begun = listed !== undefined || (await new FileStore(join(data, 'evidence')).read('checkpoint')) !== undefined
  const pem = await readText(path)
  if (pem === undefined && begun) throw new SealpostError('SP_KEY_MISSING', { where: path })
  const key = pem === undefined ? await makeKey(path) : parseKey(pem, path)
  if (!listed) {
    if (begun) throw new SealpostError('SP_KEY_MISSING', { where: list, what: 'The list of keys that signed the log is gone' })
    const named = makeSigner(origin ?? `sealpost.invalid/${fingerprint(key).slice(0, 16)}`, 'note', key)
    await writeWholeFile(list, `${printVerifier(named.verifier)}\n`, 'stays')
    return openSigningKeys(data, { origin })
  }
  const last = listed.at(-1)
  const signer = makeSigner(last?.name ?? '', 'note', key)
  if (!last || printVerifier(signer.verifier) !== printVerifier(last)) {
    throw new SealpostError('SP_KEY_INVALID', { where: path, what: `The key is not the last of those in ${list}` })
  }
  return { origin: last.name, signer, former: listed.slice(0, -1) }
}

/**
 * The keys that signed a log, the oldest first: `evidence/keys`, one a line. Undefined where there is no such file.
 *
 * @throws SealpostError SP_KEY_INVALID
 */
export async function readKeyList(path: string): Promise<readonly Verifier[] | undefined> {
  const text = await readText(path)
  return text
    ?.trimEnd()
    .split('\n')
    .map((line) => {
      const verifier = parseVerifier(line)
      if (verifier.kind === 'verifier') return verifier
      throw new SealpostError('SP_KEY_INVALID', { where: path, what: `A line is not the key of a log: ${verifier.why}` })
    })
}

/** SHA-256 of the public key in DER, hex: what two people compare to know that they hold the same key. */
function fingerprint(key: KeyObject): string {
  return hash('sha256', createPublicKey(key).export({ type: 'spki', format: 'der' }), 'hex')
}

async function makeKey(path: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519')
  await writeWholeFile(path, String(privateKey.export({ type: 'pkcs8', format: 'pem' })), 'stays')
  return parseKey((await readText(path)) ?? '', path)
}

function parseKey(pem: string, path: string): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // The cause could quote the key file: it is left out.
    throw new SealpostError('SP_KEY_INVALID', { where: path })
  }
  throw new SealpostError('SP_KEY_INVALID', { where: path, what: 'The key is not of the kind Ed25519' })
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
}
