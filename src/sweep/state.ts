import { type FileHandle, open } from 'node:fs/promises'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { SealpostError, systemError } from '../errors.ts'
import { readLines } from './lines.ts'
import { type MxSet, keyOf } from './mxSet.ts'
import { type SetResult, saysNothing, setResultSchema } from './result.ts'

/** The first line; a file without it is somebody else's, and nothing is written to it. */
const head = '{"sealpost":"list-check","version":1}'

/** How long an answer that says nothing about encryption is good for, in milliseconds: long enough to go on with a run. */
const nothingMs = 3_600_000

const name = z.string().max(255)

const lineSchema = z.strictObject({
  basis: z.string().max(100),
  mx: z.strictObject({
    ranks: z.array(z.array(name).max(20)).max(20),
    implicit: z.boolean(),
    nullAmongOthers: z.boolean(),
    secure: z.boolean(),
  }),
  result: setResultSchema,
})

export interface StateOptions {
  readonly clock: Clock
  /** What results rest on beside the hosts, such as the authorities trusted. Results on another basis are not used. */
  readonly basis: string
  /** Results older than this are not used, in milliseconds. */
  readonly maxAgeMs: number
}

/**
 * What was found out about sets of hosts, a line each, so that a run goes on where another was ended, and lists share
 * what they have in common. No address of a recipient is in it, nor a domain, but where it is its own mail server.
 */
export class StateFile {
  /** Lines that make no sense, and so count for nothing. */
  readonly damaged: number
  readonly #path: string
  readonly #file: FileHandle
  readonly #basis: string
  readonly #results: ReadonlyMap<string, SetResult>
  #pending: string[] = []
  #writing: Promise<void> | undefined
  #failure: SealpostError | undefined

  private constructor(path: string, file: FileHandle, basis: string, read: Read) {
    this.#path = path
    this.#file = file
    this.#basis = basis
    this.#results = read.results
    this.damaged = read.damaged
  }

  /**
   * Opens the file, or begins one. What a killed run left half-written at its end is cut off.
   *
   * @throws SealpostError SP_FILE_EXISTS where the file is another's, and what opening it gave
   */
  static async open(path: string, options: StateOptions): Promise<StateFile> {
    let file: FileHandle | undefined
    try {
      file = await open(path, 'a+', 0o600)
      const facts = await file.stat()
      if (!facts.isFile()) throw new SealpostError('SP_FILE_UNREADABLE', { where: path, what: 'This is not a regular file' })
      const read = await readState(file, path, options)
      // Only where it must be: another run may be adding to it.
      if (read.torn) await file.truncate(read.end)
      if (read.end === 0) {
        await file.appendFile(`${head}\n`)
        await file.datasync()
      }
      return new StateFile(path, file, options.basis, read)
    } catch (error) {
      await file?.close()
      throw systemError(error, path, 'SP_FILE_UNWRITABLE')
    }
  }

  /** Why nothing more is written. The run goes on without: its report is worth more than its state. */
  get failure(): SealpostError | undefined {
    return this.#failure
  }

  recall(mx: MxSet): SetResult | undefined {
    return this.#results.get(keyOf(mx))
  }

  /** Takes a result; it is on the disk when `close` has returned, and most likely before. */
  keep(mx: MxSet, result: SetResult): void {
    if (this.#failure) return
    this.#pending.push(`${JSON.stringify({ basis: this.#basis, mx, result })}\n`)
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined
    })
  }

  async close(): Promise<void> {
    while (this.#writing) await this.#writing
    await this.#file.close()
  }

  /** Whatever came while the disk was busy is written, and made safe, together. */
  async #write(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        const batch = this.#pending.join('')
        this.#pending = []
        await this.#file.appendFile(batch)
        await this.#file.datasync()
      }
    } catch (error) {
      this.#failure = systemError(error, this.#path, 'SP_FILE_UNWRITABLE')
      this.#pending = []
    }
  }
}

interface Read {
  readonly results: ReadonlyMap<string, SetResult>
  readonly damaged: number
  /** Octets up to the last line feed. */
  readonly end: number
  /** Something stands after it. */
  readonly torn: boolean
}

async function readState(file: FileHandle, path: string, options: StateOptions): Promise<Read> {
  const results = new Map<string, SetResult>()
  let damaged = 0
  let end = 0
  let first = true
  let torn = false
  for await (const { text, whole, until } of readLines(file)) {
    // A run that was killed while it wrote its first line has left the beginning of it.
    if (first && text !== head && (whole || !head.startsWith(text))) throw notOurs(path)
    torn = !whole
    if (torn) break
    end = until
    if (first) first = false
    else if (!takeLine(text, results, options)) damaged += 1
  }
  return { results, damaged, end, torn }
}

/** False where the line makes no sense. */
function takeLine(text: string, results: Map<string, SetResult>, { clock, basis, maxAgeMs }: StateOptions): boolean {
  const line = lineSchema.safeParse(parseJson(text))
  if (!line.success) return false
  const { mx, result } = line.data
  if (line.data.basis !== basis) return true
  const age = clock.now() - Date.parse(result.checkedAt)
  const good = age >= 0 && age < (saysNothing(result) ? Math.min(maxAgeMs, nothingMs) : maxAgeMs)
  // The last line about a set counts, also where it is the one that is too old.
  if (good) results.set(keyOf(mx), result)
  else results.delete(keyOf(mx))
  return true
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function notOurs(path: string): SealpostError {
  return new SealpostError('SP_FILE_EXISTS', {
    where: path,
    what: 'This file holds something else than the state of a list check, and is left as it is',
    next: 'Name another file with --state.',
  })
}
