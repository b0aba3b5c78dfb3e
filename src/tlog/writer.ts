import { SealpostError, systemError } from '../errors.ts'
import { type Checkpoint, printCheckpoint } from './checkpoint.ts'
import { cutBack } from './cutBack.ts'
import { type Batch, Edge, type TileFile } from './edge.ts'
import { Frontier } from './frontier.ts'
import { emptyRoot, equalHash } from './hash.ts'
import type { Signer, Verifier } from './key.ts'
import { type Note, printNote, signNote } from './note.ts'
import { openCheckpoint } from './openCheckpoint.ts'
import { readEdge } from './readEdge.ts'
import { type TileStore, checkpointPath } from './store.ts'
import { TileTree } from './tree.ts'

/** Entries that wait for a commit take so much memory at the most. */
const mostWaiting = 64 << 20
/** Files written at once. More than libuv has threads, so that none of those waits for this one; twice the rate of four. */
const lanes = 16

export interface WriterOptions {
  readonly origin: string
  /** Sign every checkpoint; the first one's signature is asked for when the log is opened again. */
  readonly signers: readonly [Signer, ...Signer[]]
  /** Keys that signed before: the last checkpoint may still be of one of them. */
  readonly formerKeys?: readonly Verifier[]
  /** A checkpoint that was kept apart from the log, and that the log must still hold. */
  readonly held?: Pick<Checkpoint, 'size' | 'root'>
}

/** The one writer of a log. What `commit` has returned a checkpoint for is on the disk and signed. */
export class LogWriter {
  readonly #store: TileStore
  readonly #options: WriterOptions
  readonly #edge: Edge
  #last: Note
  #committed: number
  #writing: Promise<unknown> = Promise.resolve()
  /** Why nothing can be written any more: what stands on the disk after a failed write is not known. */
  #broken: Error | undefined
  /** Files of a batch that was never signed, removed when the log was opened. */
  readonly removed: readonly string[]

  private constructor(store: TileStore, options: WriterOptions, edge: Edge, last: Note, removed: readonly string[]) {
    this.#store = store
    this.#options = options
    this.#edge = edge
    this.#committed = edge.size
    this.#last = last
    this.removed = removed
  }

  /**
   * Opens a log at its last checkpoint, and cuts off what a crash left beyond it; begins one where there is nothing.
   *
   * @throws SealpostError SP_LOG_DAMAGED where it is not the log that was signed, or not the one that is held
   */
  static async open(store: TileStore, options: WriterOptions): Promise<LogWriter> {
    const octets = await store.read(checkpointPath)
    if (!octets) return this.#begin(store, options)
    const trust = { origin: options.origin, logKeys: [options.signers[0].verifier, ...(options.formerKeys ?? [])] }
    const opened = openCheckpoint(octets, trust)
    if (opened.kind === 'failed') throw damaged(opened.why)
    const { checkpoint, note } = opened
    const edge = await readEdge(store, checkpoint)
    // Before anything is cut: an old checkpoint put back would cut off what came after it.
    if (options.held) await expectHeld(store, checkpoint, options.held)
    return new LogWriter(store, options, edge, note, await cutBack(store, checkpoint.size))
  }

  static async #begin(store: TileStore, options: WriterOptions): Promise<LogWriter> {
    // A log has a checkpoint before it has a tile: tiles without one are a log whose checkpoint was lost.
    if ((await store.list('tile')).length > 0 || (options.held?.size ?? 0) > 0) throw damaged('its checkpoint is missing')
    const writer = new LogWriter(
      store,
      options,
      Edge.from(new Frontier(), [], []),
      { kind: 'note', text: '', signatures: [] },
      [],
    )
    await writer.#sign({ size: 0, root: emptyRoot }, [], undefined)
    return writer
  }

  /** Entries, written or not. */
  get size(): number {
    return this.#edge.size
  }

  /** The last checkpoint that is on the disk. */
  get checkpoint(): Note {
    return this.#last
  }

  /**
   * Adds an entry in memory; `commit` makes it last.
   *
   * @returns its index
   * @throws SealpostError SP_ENTRY_TOO_LONG; RangeError where 64 MiB wait already
   */
  append(entry: Uint8Array): number {
    if (this.#broken !== undefined) throw this.#broken
    if (this.#edge.waiting > mostWaiting) throw new RangeError('too many entries wait for a commit')
    this.#edge.append(entry)
    return this.#edge.size - 1
  }

  /**
   * Writes what was appended, waits for the disk, and signs a checkpoint over it. Calls are done one after another; one that
   * finds nothing new gives the last checkpoint.
   *
   * @param options further lines of the checkpoint; the time of cosignatures, where a signer makes them
   */
  async commit(options: { readonly extensions?: readonly string[]; readonly time?: number } = {}): Promise<Note> {
    const write = this.#writing.then(async () => this.#commit(options.extensions ?? [], options.time))
    // The next caller waits for this one, but does not fail with it.
    this.#writing = write.catch(() => undefined)
    return write
  }

  async #commit(extensions: readonly string[], time: number | undefined): Promise<Note> {
    if (this.#broken !== undefined) throw this.#broken
    if (this.#edge.size === this.#committed) return this.#last
    // What cannot be signed is said before anything is written.
    const { origin, signers } = this.#options
    printCheckpoint({ origin, size: this.#edge.size, root: emptyRoot, extensions })
    if (time === undefined && signers.some(({ verifier }) => verifier.type === 'cosignature')) {
      throw new RangeError('a cosignature needs a time')
    }
    try {
      const batch = this.#edge.take()
      await writeAll(this.#store, batch.files)
      // The tiles are on the disk before a checkpoint speaks of them.
      await this.#store.sync()
      await this.#sign(batch, extensions, time)
      for (const path of batch.superseded) await this.#store.remove(path)
      return this.#last
    } catch (error) {
      this.#broken = systemError(error, checkpointPath)
      throw this.#broken
    }
  }

  async #sign(
    { size, root }: Pick<Batch, 'size' | 'root'>,
    extensions: readonly string[],
    time: number | undefined,
  ): Promise<void> {
    const { origin, signers } = this.#options
    const note = signNote(printCheckpoint({ origin, size, root, extensions }), signers, time)
    await this.#store.write(checkpointPath, Buffer.from(printNote(note)))
    await this.#store.sync()
    this.#last = note
    this.#committed = size
  }
}

async function writeAll(store: TileStore, files: readonly TileFile[]): Promise<void> {
  const rest = files.values()
  const write = async (): Promise<void> => {
    for (const { path, octets } of rest) await store.write(path, octets)
  }
  await Promise.all(Array.from({ length: lanes }, write))
}

async function expectHeld(store: TileStore, { size }: Checkpoint, held: Pick<Checkpoint, 'size' | 'root'>): Promise<void> {
  if (held.size > size) throw damaged(`it has ${size} entries and had ${held.size}`)
  if (!equalHash(await new TileTree(store, size).root(held.size), held.root)) {
    throw damaged(`its first ${held.size} entries are not those that it had`)
  }
}

function damaged(why: string): SealpostError {
  return new SealpostError('SP_LOG_DAMAGED', { where: checkpointPath, what: `Nothing may be added to the log: ${why}` })
}
