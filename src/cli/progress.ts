/** A line on stderr that shows how far a long piece of work is; silent where stderr is no terminal. */
export interface Progress {
  /** Whether anybody sees it. */
  readonly visible: boolean
  /** @param detail a few words after the bar */
  show(done: number, total: number, detail: string): void
  /** Takes the line away. */
  clear(): void
}

/** Characters of the bar, where there is room for it. */
const width = 28
const narrowest = 8

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
      stream.write(`\r\u001b[2K${fit(label, done, total, detail, (stream.columns ?? 80) - 1)}`)
    },
    clear: () => {
      stream.write('\r\u001b[2K')
    },
  }
}

/** The bar gives way first, and then the words, at a place where nothing that is left says something else: half a number is another number. */
function fit(label: string, done: number, total: number, detail: string, room: number): string {
  const after = ` ${done.toLocaleString('en-US')}/${total.toLocaleString('en-US')}  ${detail}`
  const bar = Math.max(narrowest, Math.min(width, room - label.length - 1 - after.length))
  const filled = total === 0 ? bar : Math.round((done / total) * bar)
  const text = `${label} ${'█'.repeat(filled)}${'░'.repeat(bar - filled)}${after}`
  if (text.length <= room) return text
  const cut = text.slice(0, Math.max(0, room - 1))
  const end = text[cut.length] === ' ' ? cut.length : cut.lastIndexOf(' ')
  return `${cut.slice(0, Math.max(0, end))}…`
}

/** Colour is for terminals, and not for those who set NO_COLOR (no-color.org). */
export function wantsColour(stream: NodeJS.WriteStream = process.stdout): boolean {
  return stream.isTTY && !process.env['NO_COLOR']
}
