/** One line of a dialogue, or a remark of ours on it. */
export interface TranscriptLine {
  /** Milliseconds since the connection was asked for. */
  readonly at: number
  readonly from: 'client' | 'server' | 'note'
  /** As it was on the wire, without its line end: hostile, not yet escaped. */
  readonly text: string
}

/** Limits what a talkative server makes us keep. */
const maxLines = 500

/** Collects a dialogue in the order it happened. */
export class Transcript {
  readonly #lines: TranscriptLine[] = []
  readonly #start: number
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
    this.#start = now()
  }

  add(from: TranscriptLine['from'], text: string): void {
    if (this.#lines.length < maxLines) this.#lines.push({ at: this.#now() - this.#start, from, text: text.slice(0, 1000) })
  }

  get lines(): readonly TranscriptLine[] {
    return this.#lines
  }
}
