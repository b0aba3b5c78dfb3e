/** Cuts a stream of bytes into lines, for one reader that waits for them. */
export interface LineReader {
  push(chunk: Buffer): void
  /** No more will come. */
  end(): void
  /** The next line with its end (LF), one byte a character; `undefined` after the end. */
  next(): Promise<string | undefined>
  /** What came and was not read, without taking it. */
  peek(): string
  /** The same, taken. */
  take(): string
}

export function createLineReader(initial = ''): LineReader {
  let buffered = initial
  let ended = false
  let wake: (() => void) | undefined
  return {
    push(chunk) {
      buffered += chunk.toString('latin1')
      wake?.()
    },
    end() {
      ended = true
      wake?.()
    },
    async next() {
      while (!buffered.includes('\n')) {
        if (ended) return undefined
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      const end = buffered.indexOf('\n') + 1
      const line = buffered.slice(0, end)
      buffered = buffered.slice(end)
      return line
    },
    peek: () => buffered,
    take() {
      const rest = buffered
      buffered = ''
      return rest
    },
  }
}
