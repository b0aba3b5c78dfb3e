import { generateKeyPairSync } from 'node:crypto'
import { FileStore, LogWriter, type Verifier, makeSigner, openCheckpoint } from '../../tlog/index.ts'
import { canonicalize } from '../verify/index.ts'
import { readKeyFile, writeKeyFile } from './keyFile.ts'
import { type KeyOptions, openSigningKeys } from './open.ts'
import { askOnce } from './passphrase.ts'
import { keyPlace } from './place.ts'
import { stateRotation } from './statement.ts'

/** What a rotation came to. */
export interface Rotated {
  readonly from: Verifier
  readonly to: Verifier
  /** The number of the leaf that tells of it. */
  readonly leaf: number
  /** The checkpoint that both keys signed. */
  readonly checkpoint: { readonly size: number; readonly root: string /* hex */ }
}

export interface RotateOptions extends KeyOptions {
  /** Milliseconds since the epoch. */
  readonly time: number
  /** A checkpoint that the log must still hold. */
  readonly held?: { readonly size: number; readonly root: string } | undefined
}

/**
 * Makes a new key for the evidence log of a data folder; the old one says in the log that it goes on under the new one, and
 * goes. Whoever knows any former key can follow from there. The new key is encrypted with the passphrase of the old one.
 * Whoever calls it is the one writer of the log, and has opened and closed it before, so that nothing of a crash is left.
 *
 * @throws SealpostError what `openSigningKeys` throws, SP_LOG_DAMAGED
 */
export async function rotateSigningKey(data: string, { time, held, ...options }: RotateOptions): Promise<Rotated> {
  const place = keyPlace(data)
  const ask = askOnce(options.passphrase)
  const { origin, signer, former } = await openSigningKeys(data, { ...options, passphrase: ask })
  const file = await readKeyFile(place.key)
  const { privateKey } = generateKeyPairSync('ed25519')
  await writeKeyFile(place.next, privateKey, file?.encrypted === true ? await ask() : undefined, 'is replaced')
  const next = makeSigner(origin, 'note', privateKey)

  const store = new FileStore(place.log)
  // A log that has no entry yet begins under the old key alone.
  await LogWriter.open(store, { origin, signers: [signer], formerKeys: former })
  const log = await LogWriter.open(store, {
    origin,
    signers: [signer, next],
    formerKeys: former,
    ...(held ? { held: { size: held.size, root: Buffer.from(held.root, 'hex') } } : {}),
  })
  const detail = { ...stateRotation(signer, next.verifier) }
  const act = { format: 'sealpost-evidence/1', kind: 'act', time: new Date(time).toISOString(), act: 'key-rotated', detail }
  const leaf = log.append(Buffer.from(canonicalize(act)))
  const opened = openCheckpoint(await log.commit(), { origin, logKeys: [next.verifier] })
  // What is left is what would be left after a crash here.
  await openSigningKeys(data, { ...options, passphrase: ask })
  const root = opened.kind === 'opened' ? Buffer.from(opened.checkpoint.root).toString('hex') : ''
  return { from: signer.verifier, to: next.verifier, leaf, checkpoint: { size: log.size, root } }
}
