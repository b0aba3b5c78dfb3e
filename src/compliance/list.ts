import type { Duplicate, Recipient, Row } from '../list/index.ts'
import { type ReceiverId, findReceiver } from './receiver.ts'

/** What is to be known of a list, without its addresses. */
export interface ListFacts {
  readonly recipients: number
  readonly duplicates: number
  readonly invalid: number
  /** Recipients at personal accounts of those who publish rules. */
  readonly receivers: Readonly<Record<ReceiverId, number>>
  /** Recipients outside the domains that RFC 2606 and RFC 6761 set aside for tests. */
  readonly public: number
  /** Addresses of functions, which nobody signs up with. */
  readonly roles: number
  /** Some of them, as the list has them. */
  readonly roleExamples: readonly string[]
  /** The column that says of consent, and how many rows have something there; undefined where there is no such column. */
  readonly consent: { readonly column: string; readonly filled: number } | undefined
  /** Milliseconds since the epoch: when the list was imported or last written. */
  readonly writtenAt: number
}

/** What is known of a list before its rows are. */
export interface Surveyed {
  readonly columns: readonly string[]
  /** The column of consent, where the list has said which one it is. */
  readonly consentColumn?: string | undefined
}

/** Recipients whose messages are looked at. */
export interface SampleRow {
  readonly line: number
  readonly address: string
  readonly columns: Readonly<Record<string, string>>
}

/** RFC 2142 names the first; they are read by several people or none, and no person signs up with them. */
const roles = new Set(
  'abuse postmaster hostmaster webmaster noc security mailer-daemon usenet news uucp ftp www root admin administrator noreply no-reply donotreply spam'.split(
    ' ',
  ),
)

const longestRole = Math.max(...[...roles].map((role) => role.length))

/** Names that columns of consent have in exports of other programs. */
const consentName =
  /^(?:consent|opt[-_ ]?in|optin[-_ ]?(?:time|date|ip)|confirm(?:ed|ation)?[-_ ]?(?:at|time|date|on)|subscribed?[-_ ]?(?:at|on|date)|sign(?:ed)?[-_ ]?up[-_ ]?(?:at|on|date)?|gdpr)/i

const maxSamples = 12
const randomSamples = 3

/** Reads rows as they pass by: a list is read once, and no address of it kept but those of the samples. */
export class ListSurvey {
  readonly #random: () => number
  readonly #domains = new Map<string, number>()
  readonly #consent: string | undefined
  /** Columns that had something in every row so far. */
  #missing: readonly string[]
  readonly #kept: SampleRow[] = []
  readonly #drawn: SampleRow[] = []
  readonly #roleExamples: string[] = []
  #recipients = 0
  #duplicates = 0
  #invalid = 0
  #roles = 0
  #filled = 0

  /** @param random draws the samples beside the first rows */
  constructor({ columns, consentColumn }: Surveyed, random: () => number) {
    this.#random = random
    this.#consent = consentColumn ?? columns.find((name) => consentName.test(name))
    this.#missing = columns
  }

  add(row: Row | Duplicate): void {
    if (row.kind !== 'recipient') {
      if (row.kind === 'duplicate') this.#duplicates++
      else this.#invalid++
      return
    }
    this.#recipients++
    const { address, columns, line } = row
    this.#domains.set(address.domain, (this.#domains.get(address.domain) ?? 0) + 1)
    if (this.#consent !== undefined && columns[this.#consent] !== '') this.#filled++
    // Most local parts are longer than any of these, and a million of them are seen.
    if (address.local.length <= longestRole && roles.has(address.local.toLowerCase())) {
      this.#roles++
      if (this.#roleExamples.length < 3) this.#roleExamples.push(address.text)
    }
    if (this.#recipients === 1 || this.#misses(columns)) this.#kept.push({ line, address: address.text, columns })
    else this.#draw(row)
  }

  /** Each row ends up among the drawn with the same likelihood. */
  #draw({ line, address, columns }: Recipient): void {
    const at = this.#drawn.length < randomSamples ? this.#drawn.length : Math.floor(this.#random() * this.#recipients)
    if (at < randomSamples) this.#drawn[at] = { line, address: address.text, columns }
  }

  /** The first row in which a column is empty: templates read otherwise there. */
  #misses(columns: Readonly<Record<string, string>>): boolean {
    if (this.#kept.length >= maxSamples - randomSamples) return false
    for (const name of this.#missing)
      if (columns[name] === '') {
        this.#missing = this.#missing.filter((other) => columns[other] !== '')
        return true
      }
    return false
  }

  get samples(): readonly SampleRow[] {
    return [...this.#kept, ...this.#drawn]
  }

  /** Recipients of each domain. */
  get domains(): ReadonlyMap<string, number> {
    return this.#domains
  }

  facts(writtenAt: number): ListFacts {
    const receivers: Record<ReceiverId, number> = { gmail: 0, yahoo: 0, outlook: 0 }
    let open = 0
    for (const [domain, count] of this.#domains) {
      const receiver = findReceiver(domain)
      if (receiver) receivers[receiver.id] += count
      if (!isReserved(domain)) open += count
    }
    return {
      recipients: this.#recipients,
      duplicates: this.#duplicates,
      invalid: this.#invalid,
      receivers,
      public: open,
      roles: this.#roles,
      roleExamples: this.#roleExamples,
      consent: this.#consent === undefined ? undefined : { column: this.#consent, filled: this.#filled },
      writtenAt,
    }
  }
}

/** RFC 2606 2 and RFC 6761 6: names below these are nobody's, and are there for tests. */
export function isReserved(domain: string): boolean {
  return /(?:^|\.)(?:test|invalid|localhost|example)$/.test(domain)
}
