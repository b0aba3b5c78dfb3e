import { hash } from 'node:crypto'
import { join } from 'node:path'
import { maxTimestampOctets } from '../evidence/verify/index.ts'
import {
  FileStore,
  type Note,
  type NoteSignature,
  parseCosignatures,
  parseNote,
  printCosignatures,
  printNote,
} from '../tlog/index.ts'
import { writeWholeFile } from '../wholeFile.ts'

/**
 * What others said of checkpoints, beside the log that it is about:
 *
 *     anchors/SIZE-DIGEST/checkpoint       as the log signed it; DIGEST begins the SHA-256 of its text
 *     anchors/SIZE-DIGEST/NAME.cosignature a line of a signature: what stands below `checkpoint` if it is added to it
 *     anchors/SIZE-DIGEST/NAME.tsr         RFC 3161: an answer over the text of the checkpoint
 *     anchors/SIZE-DIGEST/request.tsq      RFC 3161: a question that somebody carries by hand
 *
 * Each file is written once, whole, and never changed, so that two who anchor at the same time are not in each other's way.
 */
const folderName = 'anchors'

/** A checkpoint with what was said of it, read and not verified. */
export interface Anchor {
  /** Its folder, below that of the log. */
  readonly path: string
  readonly size: number
  readonly note: Note
  readonly cosignatures: readonly NoteSignature[]
  readonly timestamps: readonly { readonly path: string; readonly response: Uint8Array }[]
  /** Of the question that was last carried by hand. */
  readonly request: Uint8Array | undefined
  /** Files that are not what they should be. */
  readonly malformed: readonly string[]
}

/** Files of one checkpoint; there are as many witnesses and authorities. */
const maxFiles = 200
/** Octets of time-stamps that are held at once: a folder comes from whoever is audited. */
const maxOctets = 64 << 20

/** Where what concerns a checkpoint is kept. */
export function anchorPath(size: number, text: string): string {
  return `${folderName}/${size}-${digestOf(text)}`
}

/** Keeps a checkpoint, to which what is said of it can be added. @throws SealpostError SP_FILE_UNWRITABLE, SP_DISK_FULL */
export async function keepCheckpoint(log: string, size: number, note: Note): Promise<void> {
  await writeWholeFile(join(log, anchorPath(size, note.text), 'checkpoint'), printNote(note), 'stays')
}

export async function keepCosignature(log: string, size: number, text: string, signature: NoteSignature): Promise<void> {
  // Named by what it is: one that somebody forged beforehand does not keep the true one out.
  const line = printCosignatures({ signatures: [signature] })
  await writeWholeFile(join(log, anchorPath(size, text), `${digestOf(line)}.cosignature`), line, 'stays')
}

export async function keepTimestamp(log: string, size: number, text: string, response: Uint8Array): Promise<void> {
  await writeWholeFile(join(log, anchorPath(size, text), `${digestOf(response)}.tsr`), response, 'stays')
}

export async function keepRequest(log: string, size: number, text: string, request: Uint8Array): Promise<void> {
  await writeWholeFile(join(log, anchorPath(size, text), 'request.tsq'), request, 'stays')
}

/** All that was kept of a log, the smallest size first. Where nothing was, there is nothing. */
export async function readAnchors(log: string): Promise<readonly Anchor[]> {
  const store = new FileStore(log)
  const anchors: Anchor[] = []
  let left = maxOctets
  for (const name of await store.list(folderName)) {
    const size = Number(/^(\d{1,16})-[0-9a-f]{16}$/.exec(name)?.[1] ?? Number.NaN)
    if (!Number.isSafeInteger(size)) continue
    const anchor = await readAnchor(store, `${folderName}/${name}`, size, left)
    for (const { response } of anchor.timestamps) left -= response.length
    anchors.push(anchor)
  }
  return anchors.toSorted((a, b) => a.size - b.size || (a.path < b.path ? -1 : 1))
}

async function readAnchor(store: FileStore, path: string, size: number, most: number): Promise<Anchor> {
  let left = most
  const malformed: string[] = []
  const cosignatures: NoteSignature[] = []
  const timestamps: Anchor['timestamps'][number][] = []
  const names = (await store.list(path)).toSorted()
  if (names.length > maxFiles) malformed.push(path)
  const note = parseNote((await store.read(`${path}/checkpoint`)) ?? '')
  if (note.kind === 'malformed') malformed.push(`${path}/checkpoint`)
  for (const name of names.slice(0, maxFiles)) {
    const file = `${path}/${name}`
    if (name.endsWith('.tsr')) {
      const response = (await store.read(file)) ?? new Uint8Array()
      left -= response.length
      if (response.length <= maxTimestampOctets && left >= 0) timestamps.push({ path: file, response })
      else malformed.push(file)
    }
    if (!name.endsWith('.cosignature')) continue
    const lines = parseCosignatures(Buffer.from((await store.read(file)) ?? '').toString('utf8'))
    if ('kind' in lines) malformed.push(file)
    else cosignatures.push(...lines)
  }
  const request = names.includes('request.tsq') ? await store.read(`${path}/request.tsq`) : undefined
  const read = note.kind === 'malformed' ? { kind: 'note' as const, text: '', signatures: [] } : note
  return { path, size, note: read, cosignatures, timestamps, request, malformed }
}

function digestOf(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex').slice(0, 16)
}
