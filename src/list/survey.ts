import { type DuplicateKind, duplicateKinds } from './addressKey.ts'
import type { DateOrder } from './date.ts'
import { markDuplicates } from './duplicate.ts'
import type { Mapping } from './header.ts'
import type { Row } from './list.ts'
import { type ConsentDate, type Member, toMember } from './member.ts'
import { createSeen } from './seen.ts'
import { suggestDomain } from './typo.ts'

/** A row that is named to a person. */
export interface Problem {
  readonly line: number
  readonly column: string | undefined
  readonly text: string
  readonly why: string
  readonly next: string
}

/** A domain that is most likely a misspelling. */
export interface Typo {
  readonly domain: string
  readonly suggestion: string
  readonly count: number
  /** The first line that has it. */
  readonly line: number
}

/** What reading a list through showed, without any of its addresses but those at fault. */
export interface Survey {
  readonly recipients: number
  readonly invalid: number
  readonly duplicates: Readonly<Record<DuplicateKind, number>>
  /** The first rows that cannot be used. */
  readonly problems: readonly Problem[]
  /** The first duplicates: the line, and that of the row that stays. */
  readonly repeated: readonly { readonly line: number; readonly first: number; readonly differs: DuplicateKind }[]
  readonly typos: readonly Typo[]
  /** Recipients by domain, and the first line that has it. */
  readonly domains: ReadonlyMap<string, { readonly count: number; readonly line: number }>
  readonly consent: {
    readonly dates: Readonly<Record<ConsentDate, number>>
    /** The first line whose date came to nothing, by why. */
    readonly lines: Readonly<Partial<Record<ConsentDate, number>>>
    readonly how: number
    readonly source: number
  }
  /** Columns with line breaks in cells, which no header of a message can hold. */
  readonly lineBreaks: ReadonlyMap<string, number>
}

export interface SurveyOptions {
  readonly mapping: Mapping
  readonly order?: DateOrder
  /** Milliseconds since the epoch: no consent is later. */
  readonly now: number
  /** Rows named one by one. */
  readonly sample: number
}

/** Reads a list through, hands on the members it holds, and remembers what a person should know. */
export class ListReading {
  readonly #options: SurveyOptions
  readonly #domains = new Map<string, { count: number; line: number; suggestion: string | undefined }>()
  readonly #problems: Problem[] = []
  readonly #repeated: { line: number; first: number; differs: DuplicateKind }[] = []
  readonly #duplicates = Object.fromEntries(duplicateKinds.map((kind) => [kind, 0])) as Record<DuplicateKind, number>
  readonly #dates: Record<ConsentDate, number> = { none: 0, read: 0, ambiguous: 0, unreadable: 0, future: 0 }
  readonly #dateLines: Partial<Record<ConsentDate, number>> = {}
  readonly #lineBreaks = new Map<string, number>()
  #recipients = 0
  #invalid = 0
  #how = 0
  #source = 0

  constructor(options: SurveyOptions) {
    this.#options = options
  }

  async *members(rows: AsyncIterable<Row>): AsyncGenerator<Member, void> {
    const { mapping, order, now, sample } = this.#options
    for await (const row of markDuplicates(rows, createSeen())) {
      if (row.kind === 'invalid') {
        this.#invalid++
        const { line, column, text, why, next } = row
        if (this.#problems.length < sample) this.#problems.push({ line, column, text, why, next })
      } else if (row.kind === 'duplicate') {
        this.#duplicates[row.differs]++
        const { line, first, differs } = row
        if (this.#repeated.length < sample) this.#repeated.push({ line, first, differs })
      } else {
        const { member, date } = toMember(row, mapping, order, now)
        this.#note(member, date, row.line)
        yield member
      }
    }
  }

  /** What was seen so far. */
  get survey(): Survey {
    const domains = [...this.#domains]
    return {
      recipients: this.#recipients,
      invalid: this.#invalid,
      duplicates: this.#duplicates,
      problems: this.#problems,
      repeated: this.#repeated,
      typos: domains
        .flatMap(([domain, { count, line, suggestion }]) =>
          suggestion === undefined ? [] : [{ domain, suggestion, count, line }],
        )
        .toSorted((a, b) => b.count - a.count),
      domains: this.#domains,
      consent: { dates: this.#dates, lines: this.#dateLines, how: this.#how, source: this.#source },
      lineBreaks: this.#lineBreaks,
    }
  }

  #note({ domain, columns, consentHow, consentSource }: Member, date: ConsentDate, line: number): void {
    this.#recipients++
    const known = this.#domains.get(domain)
    if (known) known.count++
    else this.#domains.set(domain, { count: 1, line, suggestion: suggestDomain(domain) })
    this.#dates[date]++
    this.#dateLines[date] ??= line
    if (consentHow !== '') this.#how++
    if (consentSource !== '') this.#source++
    for (const name in columns) {
      const cell = columns[name] ?? ''
      if (cell.includes('\n') || cell.includes('\r')) this.#lineBreaks.set(name, (this.#lineBreaks.get(name) ?? 0) + 1)
    }
  }
}
