import { SealpostError } from '../errors.ts'
import {
  type Checkpoint,
  FileStore,
  type Note,
  TileTree,
  type Trust,
  checkpointPath,
  openCheckpoint,
  parseVerifier,
} from '../tlog/index.ts'

/** A log as of its last checkpoint. */
export interface AnchoredLog {
  readonly checkpoint: Checkpoint
  readonly note: Note
  readonly tree: TileTree
  /** Whose checkpoints are its own. */
  readonly trust: Trust
}

/** A log has a handful of keys in its life. */
const maxKeys = 100

/**
 * Opens a log to read from, beside its writer if there is one.
 *
 * @param folder that of `checkpoint` and `tile`
 * @param given keys that come from elsewhere; else those beside the log, by which nobody can tell whether all of it was made
 *   anew
 * @throws SealpostError SP_LOG_MISSING, SP_LOG_DAMAGED, SP_KEY_INVALID
 */
export async function openAnchoredLog(folder: string, given?: Trust): Promise<AnchoredLog> {
  const store = new FileStore(folder)
  const octets = await store.read(checkpointPath)
  if (!octets) throw new SealpostError('SP_LOG_MISSING', { where: folder })
  const trust = given ?? readTrust(await readKeys(store, folder), folder)
  const opened = openCheckpoint(octets, trust)
  if (opened.kind === 'failed')
    throw new SealpostError('SP_LOG_DAMAGED', { where: folder, what: `The log does not verify: ${opened.why}` })
  const { checkpoint, note } = opened
  return { checkpoint, note, tree: new TileTree(store, checkpoint.size), trust }
}

async function readKeys(store: FileStore, folder: string): Promise<readonly string[]> {
  const octets = await store.read('keys')
  if (octets) return Buffer.from(octets).toString('utf8').trim().split('\n')
  throw new SealpostError('SP_LOG_MISSING', { where: folder, what: 'The file keys, which says who signs the log, is missing' })
}

function readTrust(lines: readonly string[], where: string): Trust {
  const keys = lines.length > maxKeys ? [] : lines.map((line) => parseVerifier(line))
  const logKeys = keys.flatMap((key) => (key.kind === 'verifier' && key.type === 'note' ? [key] : []))
  const origin = logKeys[0]?.name
  if (origin === undefined || logKeys.length < lines.length || logKeys.some(({ name }) => name !== origin))
    throw new SealpostError('SP_KEY_INVALID', { where, what: 'The keys of the log are not verifier keys of one name' })
  return { origin, logKeys }
}
