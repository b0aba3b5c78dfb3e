import { createPublicKey, generateKeyPairSync, hash } from 'node:crypto'
import { SealpostError } from '../../errors.ts'
import { FileStore, type Signer, type Verifier, checkpointPath, makeSigner } from '../../tlog/index.ts'
import { type PrivateKeyFile, openKeyFile, readKeyFile, writeKeyFile } from './keyFile.ts'
import { readKeyList, writeKeyList } from './keyList.ts'
import { type AskPassphrase, askOnce, requireGoodPassphrase } from './passphrase.ts'
import { type KeyPlace, keyPlace } from './place.ts'
import { settleRotation } from './settle.ts'

/** What signs a log, and what signed it before. */
export interface SigningKeys {
  /** The log's name, and that of its keys. */
  readonly origin: string
  readonly signer: Signer
  /** The oldest first. */
  readonly former: readonly Verifier[]
}

export interface KeyOptions {
  /** Asked where one opens the key; where nothing is given, such a key is not opened. */
  readonly passphrase?: AskPassphrase | undefined
  /** A key that is made is encrypted with it. */
  readonly protect?: boolean | undefined
  /** What a log that is begun is called, for ever; made from its key where nothing is given. */
  readonly origin?: string | undefined
}

/**
 * The keys of the evidence log in a data folder. The first is made where there is neither a log nor a key yet, and only
 * there: a new key beside an old log would make the log look changed. A rotation that was interrupted is brought to its end,
 * or to its beginning where the log does not tell of it. Whoever calls it is the one writer of the log.
 *
 * @param data the data folder
 * @throws SealpostError SP_KEY_MISSING, SP_KEY_INVALID, SP_KEY_EXPOSED, SP_PASSPHRASE_MISSING, SP_PASSPHRASE_WRONG,
 * SP_DISK_FULL
 */
export async function openSigningKeys(data: string, options: KeyOptions): Promise<SigningKeys> {
  const place = keyPlace(data)
  const ask = askOnce(options.passphrase)
  const listed = await readKeyList(place.list)
  const begun = listed !== undefined || (await new FileStore(place.log).read(checkpointPath)) !== undefined
  if (!begun) return beginLog(place, ask, options)
  if (!listed) {
    throw new SealpostError('SP_KEY_MISSING', {
      where: place.list,
      what: 'The list of keys that signed the evidence log is gone',
      next: 'Put it back from a copy.',
    })
  }
  const { name } = listed[0]
  const { list, signer } = await settleRotation(place, listed, ask)
  return { origin: name, signer, former: list.slice(0, -1) }
}

/**
 * Makes the first key of a data folder, where there is none and no log either.
 *
 * @returns the path of the key, and whether it was made now
 */
export async function makeFirstKey(
  data: string,
  passphrase: AskPassphrase,
): Promise<{ readonly path: string; readonly made: boolean }> {
  const place = keyPlace(data)
  const there = await readKeyFile(place.key)
  if (there || (await readKeyList(place.list))) return { path: place.key, made: false }
  await makeKey(place, await passphrase())
  return { path: place.key, made: true }
}

/**
 * Changes what opens the key, and nothing else of it.
 *
 * @param next the new passphrase; undefined: none any more
 * @throws SealpostError SP_PASSPHRASE_WRONG, SP_PASSPHRASE_INVALID, and what `openSigningKeys` throws
 */
export async function changePassphrase(data: string, ask: AskPassphrase, next: string | undefined): Promise<void> {
  const place = keyPlace(data)
  const askOne = askOnce(ask)
  // A rotation that was interrupted has two keys under the one passphrase.
  if (await readKeyFile(place.next)) await openSigningKeys(data, { passphrase: askOne })
  const file = await requireKeyFile(place)
  const key = await openKeyFile(file, askOne)
  await writeKeyFile(place.key, key, next === undefined ? undefined : requireGoodPassphrase(next), 'is replaced')
}

/** Whether a passphrase opens the key. */
export async function isKeyEncrypted(data: string): Promise<boolean> {
  return (await requireKeyFile(keyPlace(data))).encrypted
}

async function requireKeyFile({ key }: KeyPlace): Promise<PrivateKeyFile> {
  const file = await readKeyFile(key)
  if (file) return file
  throw new SealpostError('SP_KEY_MISSING', { where: key })
}

async function beginLog(place: KeyPlace, ask: AskPassphrase, { origin, protect }: KeyOptions): Promise<SigningKeys> {
  if (!(await readKeyFile(place.key))) await makeKey(place, protect === true ? await ask() : undefined)
  const key = await openKeyFile(await requireKeyFile(place), ask)
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  const signer = makeSigner(origin ?? `sealpost.invalid/${hash('sha256', spki, 'hex').slice(0, 16)}`, 'note', key)
  await writeKeyList(place.list, [signer.verifier])
  return { origin: signer.verifier.name, signer, former: [] }
}

async function makeKey({ key }: KeyPlace, passphrase: string | undefined): Promise<void> {
  const good = passphrase === undefined ? undefined : requireGoodPassphrase(passphrase)
  await writeKeyFile(key, generateKeyPairSync('ed25519').privateKey, good, 'stays')
}
