import { SealpostError } from '../errors.ts'
import { type Note, type TileReader, TileTree, type Verifier, parseVerifier, printVerifier, verifyNote } from '../tlog/index.ts'
import { followRotation, readRotation, rotationsName } from './key/index.ts'
import type { ActLeaf } from './leaf/index.ts'
import { readLeaves } from './readLeaves.ts'
import type { Checkpoint } from './thread/protocol.ts'

/** A key that took the place of another, and the leaf that says so. */
export interface Handover {
  readonly from: Verifier
  readonly to: Verifier
  readonly leaf: number
}

/** A key a day for years. */
const mostHandovers = 4_096

/**
 * The keys that a key handed over to, one after another. Each has the signature of the one before it, so it does not matter by
 * whom the leaves are shown. Those that are noted beside the log are looked at first; where they do not lead far enough, the
 * log is read from its beginning.
 *
 * @param reader of the log's folder
 * @param checkpoint of any signature
 * @param isFar whether the last of the keys is the one that is looked for
 */
export async function findHandovers(
  reader: TileReader,
  checkpoint: Checkpoint,
  first: Verifier,
  isFar: (keys: readonly Verifier[]) => boolean,
): Promise<readonly Handover[]> {
  const noted = await follow(readNoted(reader, checkpoint.size), first)
  if (isFar([first, ...noted.map(({ to }) => to)])) return noted
  const all = await follow(readActs(reader, checkpoint), first)
  return all.length > noted.length ? all : noted
}

async function follow(leaves: AsyncIterable<Told>, first: Verifier): Promise<readonly Handover[]> {
  const handovers: Handover[] = []
  let from = first
  for await (const { index, detail } of leaves) {
    const to = followRotation(from, detail)
    if (!to) continue
    handovers.push({ from, to, leaf: index })
    if (handovers.length === mostHandovers) break
    from = to
  }
  return handovers
}

interface Told {
  readonly index: number
  readonly detail: { readonly from: string; readonly to: string; readonly signature: string }
}

async function* readNoted(reader: TileReader, size: number): AsyncGenerator<Told> {
  const octets = await reader.read(rotationsName)
  if (!octets) return
  const lines = Buffer.from(octets).toString('latin1').split('\n', mostHandovers)
  const places = lines.flatMap((line) => (/^(?:0|[1-9]\d{0,15})$/.test(line) ? [Number(line)] : []))
  const tree = new TileTree(reader, size)
  for (const index of [...new Set(places)].toSorted((a, b) => a - b)) {
    if (index >= size) return
    const told = await unlessDamaged(async () => readRotation(await tree.readEntry(index)))
    if (told) yield { index, detail: told.detail }
  }
}

async function* readActs(reader: TileReader, checkpoint: Checkpoint): AsyncGenerator<Told> {
  const leaves = readLeaves(reader, checkpoint)
  for (;;) {
    // What is wrong with the log is told by whoever verifies it.
    const next = await unlessDamaged(async () => leaves.next())
    if (!next || next.done) return
    const { index, leaf } = next.value
    const detail = leaf.kind === 'act' && leaf.act === 'key-rotated' ? readDetail(leaf) : undefined
    if (detail) yield { index, detail }
  }
}

async function unlessDamaged<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof SealpostError && error.code === 'SP_LOG_DAMAGED') return undefined
    throw error
  }
}

function readDetail({ detail }: ActLeaf): Told['detail'] | undefined {
  const { from, to, signature, ...more } = detail
  if (typeof from !== 'string' || typeof to !== 'string' || typeof signature !== 'string') return undefined
  return Object.keys(more).length === 0 ? { from, to, signature } : undefined
}

/** Judges what a log tells of its keys, act by act in their order: each key must have been handed to by the one before it. */
export class HandoverSurvey {
  readonly #origin: string
  #handovers: Handover[] = []

  constructor(origin: string) {
    this.#origin = origin
  }

  /** The keys that the log tells of, the oldest first; none where none was changed. */
  get keys(): readonly Verifier[] {
    const [first] = this.#handovers
    return first ? [first.from, ...this.#handovers.map(({ to }) => to)] : []
  }

  /** @returns what is wrong with an act that says that a key took the place of another; one clause */
  judge(act: ActLeaf, index: number): string | undefined {
    const detail = readDetail(act)
    const [from, to] = [parseVerifier(detail?.from ?? ''), parseVerifier(detail?.to ?? '')]
    if (!detail || from.kind === 'malformed' || to.kind === 'malformed') {
      return 'it does not say which key took the place of which'
    }
    if (from.name !== this.#origin || to.name !== this.#origin) return 'its keys are of another log'
    const last = this.#handovers.at(-1)
    if (last && printVerifier(last.to) !== detail.from) return 'the key that hands over in it is not the one that signed then'
    const followed = followRotation(from, detail)
    if (!followed) return 'the former key did not sign that the new one takes its place'
    this.#handovers.push({ from, to: followed, leaf: index })
    return undefined
  }

  /** Whoever stole a former key cannot go on with it: the last key that the log tells of must have signed. */
  judgeCheckpoint(note: Note): string | undefined {
    const last = this.#handovers.at(-1)
    if (!last || verifyNote(note, [last.to]).kind === 'verified') return undefined
    return `the key that took over at entry ${last.leaf} has not signed the checkpoint`
  }
}
