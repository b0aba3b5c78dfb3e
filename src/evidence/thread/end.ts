import { Worker } from 'node:worker_threads'
import { SealpostError } from '../../errors.ts'
import { raiseError } from '../../plainError.ts'
import type { Answer, Checkpoint, Request, ThreadData } from './protocol.ts'

/**
 * The thread's file, of the same kind as this one (source, or built). It lies in the room that keeps the openings, which
 * imports this one.
 */
const file = new URL(
  import.meta.url.endsWith('.ts') ? '../../store/openings/thread.ts' : '../../store/openings/thread.js',
  import.meta.url,
)

/** What passes through it is short-lived: V8 would otherwise let tens of megabytes of it pile up. */
const maxYoungGenerationSizeMb = 16

type Waiting = PromiseWithResolvers<void>

/** This end of the thread that writes a log. It holds the process back only while something is waited for. */
export class ThreadEnd {
  readonly #worker: Worker
  readonly #folder: string
  readonly #waiting = new Map<number, Waiting>()
  readonly #ended: Promise<void>
  #checkpoint: Checkpoint
  #lastId = 0
  #stopping = false
  /** Why nothing can be written any more. */
  #broken: SealpostError | undefined

  private constructor(worker: Worker, folder: string, checkpoint: Checkpoint) {
    this.#worker = worker
    this.#folder = folder
    this.#checkpoint = checkpoint
    worker.on('message', (answer: Answer) => this.#hear(answer))
    worker.on('error', (error) => this.#break(this.#gone(error)))
    this.#ended = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#break(this.#gone(undefined))
        resolve()
      })
    })
    worker.unref()
  }

  /** @throws SealpostError what kept the log from being opened */
  static async start(data: ThreadData): Promise<ThreadEnd> {
    const worker = new Worker(file, { workerData: data, name: 'evidence', resourceLimits: { maxYoungGenerationSizeMb } })
    const checkpoint = await new Promise<Checkpoint>((resolve, reject) => {
      worker.once('error', reject)
      worker.once('message', (answer: Answer) => {
        worker.off('error', reject)
        if (answer.kind === 'ready') resolve(answer.checkpoint)
        else {
          const why = 'error' in answer ? raiseError(answer.error) : new Error('the thread answers out of turn')
          // Nothing of it is left when this is told: it ends by itself once it has nothing to listen to.
          worker.once('exit', () => reject(why))
        }
      })
    })
    return new ThreadEnd(worker, data.folder, checkpoint)
  }

  /** The last checkpoint that is on the disk. */
  get checkpoint(): Checkpoint {
    return this.#checkpoint
  }

  /** @throws what broke the log: nothing is taken any more */
  check(): void {
    if (this.#broken && !this.#stopping) throw this.#broken
    if (this.#stopping)
      throw new SealpostError('SP_INTERNAL', { where: this.#folder, what: 'The evidence log was closed already' })
  }

  post(request: Request): void {
    this.check()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#worker.postMessage(request)
  }

  /** Resolves when all that was posted before is on the disk and signed. */
  async commit(): Promise<void> {
    const id = ++this.#lastId
    this.post({ kind: 'commit', id })
    if (this.#waiting.size === 0) this.#worker.ref()
    const waiting = Promise.withResolvers<void>()
    this.#waiting.set(id, waiting)
    return waiting.promise
  }

  /** Resolves when the first `size` leaves are on the disk. */
  async reach(size: number): Promise<void> {
    while (this.#checkpoint.size < size) {
      const [first] = this.#waiting.values()
      await (first?.promise ?? this.commit())
    }
  }

  /** Lets the thread end, also one that is broken: what is at work on a database or a file is never cut off. What was not committed is lost. */
  async stop(): Promise<void> {
    const request: Request = { kind: 'close' }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    if (!this.#stopping) this.#worker.postMessage(request)
    this.#stopping = true
    this.#worker.ref()
    await this.#ended
  }

  #hear(answer: Answer): void {
    if (answer.kind === 'failed') this.#break(raiseError(answer.error))
    if (answer.kind !== 'committed') return
    this.#checkpoint = answer.checkpoint
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (this.#waiting.size === 0 && !this.#stopping) this.#worker.unref()
    waiting?.resolve()
  }

  /** What is not on the disk by now never will be: each who waits for it is told. */
  #break(error: SealpostError): void {
    this.#broken ??= error
    for (const waiting of this.#waiting.values()) waiting.reject(this.#broken)
    this.#waiting.clear()
    if (!this.#stopping) this.#worker.unref()
  }

  #gone(cause: unknown): SealpostError {
    return new SealpostError('SP_INTERNAL', {
      where: this.#folder,
      what: `The thread that writes the evidence ended${cause instanceof Error ? `: ${cause.message}` : ''}`,
      next: 'Run the same command again: it goes on where it was.',
      cause,
    })
  }
}
