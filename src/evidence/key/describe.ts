import { hash } from 'node:crypto'
import { FileStore, TileTree, type Verifier, checkpointPath, openCheckpoint, printVerifier } from '../../tlog/index.ts'
import { readKeyFile } from './keyFile.ts'
import { readKeyList } from './keyList.ts'
import { keyPlace } from './place.ts'
import { readRotation, readRotations } from './told.ts'

/** One key of a log, for people and programs that check it. */
export interface KeyDescription {
  /** `name+id+key` (C2SP signed-note). */
  readonly key: string
  /** The same in PEM (SPKI). */
  readonly pem: string
  /** SHA-256 of the public key in DER (SPKI), hex. */
  readonly fingerprint: string
  /** ISO 8601: when the log says that it began to sign, or its first entry; null where there is none yet. */
  readonly since: string | null
}

export interface KeysDescription {
  readonly origin: string
  /** The oldest first; the last one signs. */
  readonly keys: readonly KeyDescription[]
  /** Whether a passphrase opens the private key; null where it is not here. */
  readonly encrypted: boolean | null
}

/**
 * What is known of the keys of a log, without opening any of them.
 *
 * @param data the data folder
 * @returns undefined where there is no log yet
 * @throws SealpostError SP_KEY_INVALID, SP_KEY_EXPOSED, SP_LOG_DAMAGED
 */
export async function describeKeys(data: string): Promise<KeysDescription | undefined> {
  const place = keyPlace(data)
  const list = await readKeyList(place.list)
  if (!list) return undefined
  const file = await readKeyFile(place.key)
  const times = await readTimes(data, list)
  return {
    origin: list[0].name,
    keys: list.map((one, index) => ({ ...describeKey(one), since: times[index] ?? null })),
    encrypted: file ? file.encrypted : null,
  }
}

/** A key without its time. */
export function describeKey(verifier: Verifier): Omit<KeyDescription, 'since'> {
  return {
    key: printVerifier(verifier),
    pem: String(verifier.key.export({ format: 'pem', type: 'spki' })),
    fingerprint: fingerprint(verifier),
  }
}

/** SHA-256 of a key in DER, hex: what two people compare to know that they hold the same key. */
export function fingerprint({ key }: Verifier): string {
  return hash('sha256', key.export({ type: 'spki', format: 'der' }), 'hex')
}

/** When each key began to sign, where the log says so. */
async function readTimes(data: string, list: readonly Verifier[]): Promise<readonly (string | undefined)[]> {
  const place = keyPlace(data)
  const store = new FileStore(place.log)
  const octets = await store.read(checkpointPath)
  const opened = octets && openCheckpoint(octets, { origin: list[0]?.name ?? '', logKeys: list })
  const size = opened?.kind === 'opened' ? opened.checkpoint.size : 0
  const tree = new TileTree(store, size)
  const leaves = (await readRotations(place)).filter((leaf) => leaf < size)
  const told = await Promise.all(leaves.map(async (leaf) => readRotation(await tree.readEntry(leaf))))
  const first = size === 0 ? undefined : readTime(await tree.readEntry(0))
  return list.map((one, index) =>
    index === 0 ? first : told.find((rotation) => rotation?.detail.to === printVerifier(one))?.time,
  )
}

function readTime(leaf: Uint8Array): string | undefined {
  return /"time":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"/.exec(Buffer.from(leaf).toString('utf8'))?.[1]
}
