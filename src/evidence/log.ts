import { type KeyObject, createPublicKey, sign } from 'node:crypto'
import { type FileHandle, open, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { SealpostError, systemError } from '../errors.ts'
import { type Entry, toJson } from './entry.ts'
import { openSigningKey } from './key.ts'
import { readLines, readTornTail } from './lines.ts'
import {
  type CheckpointLine,
  type EntryLine,
  type HeldCheckpoint,
  hashLine,
  printLine,
  signedText,
  verifyLog,
} from './verify/index.ts'

/** The log's file in the folder of evidence. */
export const logName = 'log.jsonl'

/**
 * The one writer of an evidence log. What `flush` has returned for is on the disk and signed.
 */
export class EvidenceLog {
  readonly #file: FileHandle
  readonly #path: string
  readonly #key: KeyObject
  readonly #clock: Clock
  #head: string
  #size: number
  #pending: string[] = []
  #checkpoint: HeldCheckpoint | undefined
  #writing: Promise<void> = Promise.resolve()
  /** Why nothing can be written any more: what stands on the disk after a failed write is not known. */
  #broken: Error | undefined

  private constructor(file: FileHandle, path: string, key: KeyObject, clock: Clock, head: string, size: number) {
    this.#file = file
    this.#path = path
    this.#key = key
    this.#clock = clock
    this.#head = head
    this.#size = size
  }

  /**
   * Opens the log in a folder, or begins one. What a crash left half-written is cut off; what it left unsigned is
   * signed with a note that says so.
   *
   * @param held a checkpoint that the log must still hold
   * @throws SealpostError SP_LOG_DAMAGED where the log does not verify: nothing may be added to such a one
   */
  static async open(folder: string, clock: Clock, held?: HeldCheckpoint): Promise<EvidenceLog> {
    const path = join(folder, logName)
    const key = await openSigningKey(folder, path)
    let file: FileHandle
    try {
      file = await open(path, 'a', 0o600)
      const torn = await readTornTail(path)
      if (torn > 0) await truncate(path, (await file.stat()).size - torn)
    } catch (error) {
      throw systemError(error, path)
    }
    const checked = await verifyLog(readLines(path), createPublicKey(key), held)
    if (checked.kind === 'changed') {
      await file.close()
      throw new SealpostError('SP_LOG_DAMAGED', {
        where: `${path}:${checked.line}`,
        what: `The evidence log does not verify: ${checked.why}`,
      })
    }
    if (checked.held === false) {
      await file.close()
      throw new SealpostError('SP_LOG_DAMAGED', {
        where: path,
        what: 'The evidence log was cut back or replaced since the last run',
      })
    }
    const log = new EvidenceLog(file, path, key, clock, checked.tail, checked.entries)
    if (checked.unsigned > 0) {
      log.append({
        kind: 'act',
        time: new Date(clock.now()).toISOString(),
        act: 'log-recovered',
        detail: { unsigned: checked.unsigned },
      })
      await log.flush()
    }
    return log
  }

  /** Entries, written or not. */
  get size(): number {
    return this.#size
  }

  /** The last one that this run signed. */
  get checkpoint(): HeldCheckpoint | undefined {
    return this.#checkpoint
  }

  /** Adds an entry in memory; `flush` makes it last. */
  append(entry: Entry): void {
    if (this.#broken) throw this.#broken
    const line: EntryLine = { entry: toJson(entry), prev: this.#head, seq: this.#size }
    this.#pending.push(printLine(line))
    this.#head = hashLine(line)
    this.#size += 1
  }

  /** Writes what was appended, signs a checkpoint over it, and waits for the disk. Calls are done one after another. */
  async flush(): Promise<void> {
    const write = this.#writing.then(async () => this.#write())
    // The next caller waits for this one, but does not fail with it.
    this.#writing = write.catch(() => undefined)
    return write
  }

  async close(): Promise<void> {
    try {
      await this.flush()
    } finally {
      await this.#file.close()
    }
  }

  async #write(): Promise<void> {
    // Also a caller whose entries were lost with somebody else's batch must not be told that they are safe.
    if (this.#broken) throw this.#broken
    if (this.#pending.length === 0) return
    const checkpoint = { head: this.#head, size: this.#size, time: new Date(this.#clock.now()).toISOString() }
    const signature = sign(null, signedText(checkpoint), this.#key).toString('base64')
    const line: CheckpointLine = { checkpoint, signature }
    const lines = [...this.#pending, printLine(line)]
    this.#head = hashLine(line)
    this.#pending = []
    try {
      await this.#file.appendFile(`${lines.join('\n')}\n`)
      await this.#file.datasync()
      this.#checkpoint = checkpoint
    } catch (error) {
      this.#broken = systemError(error, this.#path)
      throw this.#broken
    }
  }
}
