import { SealpostError } from '../errors.ts'
import type { Member } from '../list/index.ts'
import { QueueReader } from '../store/index.ts'

/** Keys that are asked for at once. */
const batch = 1000

/** Counts those of a list who get no more mail, as they pass by. They are stored like others: they may be taken off that list again. */
export class SuppressedCount implements Disposable {
  /** Undefined where nothing was ever sent or suppressed. */
  readonly #reader: QueueReader | undefined
  #count = 0
  #keys: string[] = []

  constructor(folder: string) {
    this.#reader = openReader(folder)
  }

  [Symbol.dispose](): void {
    this.#reader?.[Symbol.dispose]()
  }

  async *watch(members: AsyncIterable<Member>): AsyncGenerator<Member, void> {
    for await (const member of members) {
      if (this.#reader) {
        this.#keys.push(member.addressKey)
        if (this.#keys.length >= batch) this.#ask()
      }
      yield member
    }
  }

  /** How many there were so far. */
  total(): number {
    this.#ask()
    return this.#count
  }

  #ask(): void {
    if (this.#reader && this.#keys.length > 0) this.#count += this.#reader.suppressed(this.#keys).size
    this.#keys = []
  }
}

function openReader(folder: string): QueueReader | undefined {
  try {
    return QueueReader.open(folder)
  } catch (error) {
    if (error instanceof SealpostError && error.code === 'SP_FILE_MISSING') return undefined
    throw error
  }
}
