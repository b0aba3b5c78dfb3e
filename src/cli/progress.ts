/** A line on stderr that shows how far a long piece of work is; silent where stderr is no terminal. */
export interface Progress {
  /** Whether anybody sees it. */
  readonly visible: boolean
  /** @param detail a few words after the bar */
  show(done: number, total: number, detail: string): void
  /** Takes the line away. */
  clear(): void
}

const width = 28

export function createProgress(label: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { visible: false, show: () => undefined, clear: () => undefined }
  let last = 0
  return {
    visible: true,
    show: (done, total, detail) => {
      const now = performance.now()
      // Ten times a second is smooth to the eye and costs nothing.
      if (done < total && now - last < 100) return
      last = now
      const filled = total === 0 ? width : Math.round((done / total) * width)
      const text = `${label} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done.toLocaleString('en-US')}/${total.toLocaleString('en-US')}  ${detail}`
      stream.write(`\r\u001b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`)
    },
    clear: () => {
      stream.write('\r\u001b[2K')
    },
  }
}

/** Colour is for terminals, and not for those who set NO_COLOR (no-color.org). */
export function wantsColour(stream: NodeJS.WriteStream = process.stdout): boolean {
  return stream.isTTY && !process.env['NO_COLOR']
}
