/**
 * What the pages say in one language. `{sender}` and `{list}` are put in by the page; all else is plain text. Sentences are
 * whole, as each language puts them together in its own way.
 */
export interface PageWords {
  /** RFC 5646 */
  readonly lang: string

  readonly askTitle: string
  readonly ask: string
  readonly askList: string
  readonly askButton: string
  readonly askNote: string

  readonly doneTitle: string
  readonly done: string
  readonly doneList: string
  readonly undoNote: string
  readonly undoButton: string

  readonly backTitle: string
  readonly back: string
  readonly backList: string
  readonly unchangedTitle: string
  readonly tooLate: string
  readonly unclear: string

  /** The same whatever is wrong with a link, so that it tells nothing. */
  readonly noneTitle: string
  readonly none: string
  /** Of a link that led elsewhere. */
  readonly noneCounted: string

  /** The consent to be counted, and not the mail, is taken back. */
  readonly withdrawTitle: string
  readonly withdraw: string
  readonly withdrawButton: string
  readonly withdrawNote: string
  readonly withdrawnTitle: string
  readonly withdrawn: string

  readonly testTitle: string
  readonly test: string
  readonly busyTitle: string
  readonly busy: string
  readonly tooMuchTitle: string
  readonly tooMuch: string
  readonly failedTitle: string
  readonly failed: string
}
