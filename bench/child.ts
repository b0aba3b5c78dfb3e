import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Longer than any single run takes: what takes longer has come to a stop. */
const patienceMs = 240_000

/** A program of this folder in a process of its own, so that its work and its memory are its own. Speaks in lines of JSON. */
export class Child implements Disposable {
  readonly #process: ChildProcess
  readonly #name: string
  readonly #lines: AsyncIterator<string>
  /** Parts of what it printed are asked for one after another. */
  #turn: Promise<unknown> = Promise.resolve()

  /** @param program its file, from this folder */
  constructor(program: string, words: readonly string[]) {
    const file = fileURLToPath(new URL(program, import.meta.url))
    const child = spawn(process.execPath, [file, ...words], { stdio: ['pipe', 'pipe', 'inherit'] })
    // Where it ended before it was told to, `next` says so.
    child.stdin.on('error', () => undefined)
    this.#process = child
    this.#name = program
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  /** The next line that it prints. The caller says what is in it. */
  async next<T>(): Promise<T> {
    const line = this.#turn.then(async () => this.#lines.next())
    this.#turn = line
    const limit = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      limit.reject(new Error(`${this.#name} says nothing for ${patienceMs / 60_000} minutes`))
    }, patienceMs)
    try {
      const { value, done } = await Promise.race([line, limit.promise])
      if (done) throw new Error(`${this.#name} ended`)
      return JSON.parse(value) as T
    } finally {
      clearTimeout(timer)
    }
  }

  /** Says a line, and takes the one that answers it. */
  async ask<T>(line: string): Promise<T> {
    this.tell(line)
    return this.next<T>()
  }

  tell(line: string): void {
    this.#process.stdin?.write(`${line}\n`)
  }

  [Symbol.dispose](): void {
    this.#process.kill('SIGKILL')
  }
}
