import { Worker } from 'node:worker_threads'
import { SealpostError } from '../../errors.ts'
import type { Operations } from './operations.ts'
import { type Answer, type Request, raiseError } from './protocol.ts'
import type { Statements } from '../statements.ts'

type Values<F> = F extends (db: Statements, ...values: infer V) => unknown ? V : never

interface Pending {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** The thread's file: beside this one, and of the same kind (source, or built). */
const thread = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url)

/** What passes through it is short-lived: V8 would otherwise let tens of megabytes of it pile up. */
const maxYoungGenerationSizeMb = 8

/** This end of the thread that writes `queue.db`. It holds the process back only while something is under way. */
export class QueueWriter implements AsyncDisposable {
  readonly #worker: Worker
  readonly #folder: string
  readonly #pending = new Map<number, Pending>()
  readonly #ended: Promise<void>
  #lastId = 0
  #closing: Promise<void> | undefined
  #failure: SealpostError | undefined

  private constructor(worker: Worker, folder: string) {
    this.#worker = worker
    this.#folder = folder
    worker.on('message', (answer: Answer) => this.#take(answer))
    worker.on('error', (error) => this.#fail(error))
    this.#ended = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#fail(undefined)
        resolve()
      })
    })
    worker.unref()
  }

  /** @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED, SP_STORE_IN_USE, SP_DISK_FULL, SP_FILE_UNWRITABLE */
  static async open(folder: string): Promise<QueueWriter> {
    const worker = new Worker(thread, { workerData: { folder }, name: 'queue', resourceLimits: { maxYoungGenerationSizeMb } })
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject)
      worker.once('message', (answer: Answer) => {
        worker.off('error', reject)
        if (answer.kind === 'refused') reject(raiseError(answer.error))
        else resolve()
      })
    })
    return new QueueWriter(worker, folder)
  }

  /** Asks for an operation; what it did is on the disk when this resolves. */
  async call<K extends keyof Operations>(name: K, ...values: Values<Operations[K]>): Promise<ReturnType<Operations[K]>> {
    // The thread answers with what the operation of that name returned.
    return (await this.ask(name, values)) as ReturnType<Operations[K]>
  }

  async ask(name: string, values: readonly unknown[]): Promise<unknown> {
    if (this.#closing) throw new SealpostError('SP_INTERNAL', { where: this.#folder, what: 'The queue was closed already' })
    return this.#post(name, values)
  }

  /** Waits for what is under way, and closes the database. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    // Requests are done in the order in which they are asked: this one comes last.
    if (!this.#failure) await this.#post('close', [])
    this.#worker.ref()
    await this.#ended
  }

  #post(name: string, values: readonly unknown[]): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    if (this.#failure) {
      reject(this.#failure)
      return promise
    }
    const request: Request = { id: ++this.#lastId, name, values }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#worker.postMessage(request)
    if (this.#pending.size === 0) this.#worker.ref()
    this.#pending.set(request.id, { resolve, reject })
    return promise
  }

  #take(answer: Answer): void {
    if (answer.kind !== 'done' && answer.kind !== 'failed') return
    const pending = this.#pending.get(answer.id)
    this.#pending.delete(answer.id)
    if (this.#pending.size === 0) this.#worker.unref()
    if (answer.kind === 'done') pending?.resolve(answer.value)
    else pending?.reject(raiseError(answer.error))
  }

  /** The thread is gone: whether what was under way is on the disk is not known. */
  #fail(cause: unknown): void {
    this.#failure ??= new SealpostError('SP_INTERNAL', {
      where: this.#folder,
      what: `The thread that writes the queue ended${cause instanceof Error ? `: ${cause.message}` : ''}`,
      next: 'Run the same command again: it goes on where it was.',
      cause,
    })
    for (const pending of this.#pending.values()) pending.reject(this.#failure)
    this.#pending.clear()
  }
}
