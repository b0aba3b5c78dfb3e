import type { DatabaseSync } from 'node:sqlite'
import { addressKey, readAddress } from '../../list/index.ts'

/** What takes the place of an address in a text that stays: a server's reply to another message, another's row. */
const blank = '(erased)'

/** What may be an address: a local part, bare or quoted (in JSON, with its quotes escaped), and a domain. */
const candidate =
  /(?:[^\s"<>@,;:()[\]\\\u0000-\u001f]{1,320}|\\?"(?:[^"\\\u0000-\u001f]|\\[^\u0000-\u001f]){1,320}\\?")@[\p{L}\p{N}.-]{1,253}/gu

/** Characters that a local part may have, and that stand before an address more often than in it: `to=ada@…`, `'ada@…'`. */
const before = /[=/'*&?|{}`#%!^$]/g

/** A quote within a string of JSON: that of a quoted local part, behind other text perhaps. */
const escapedQuote = /\\"/g

const mostDomains = 10_000

/**
 * Finds some people's addresses in texts, however they are written there: what counts as the same address (`addressKey`) is
 * the same here, and an address that ends like theirs is not theirs.
 */
export class Mentions {
  readonly #keys: ReadonlySet<string>
  readonly #domains: ReadonlySet<string>
  /** What is written of a domain, and the domain it stands for. */
  readonly #known = new Map<string, string>()

  constructor(addressKeys: Iterable<string>) {
    this.#keys = new Set(addressKeys)
    this.#domains = new Set([...this.#keys].map((key) => key.slice(key.lastIndexOf('@') + 1)))
  }

  isIn(text: string): boolean {
    return this.takeOut(text) !== text
  }

  /** The text without them. In JSON nothing else than the text of a string is changed by it. */
  takeOut(text: string): string {
    if (!text.includes('@')) return text
    return text.replace(candidate, (found) => this.#replace(found))
  }

  #replace(found: string): string {
    const at = found.lastIndexOf('@')
    // The dot that ends a sentence is no part of the domain.
    const end = found.length - (/[.-]+$/.exec(found)?.[0].length ?? 0)
    if (!this.#domains.has(this.#domainOf(found.slice(at + 1, end)))) return found
    const local = found.slice(0, at)
    const starts = [
      0,
      ...[...local.matchAll(before)].map(({ index }) => index + 1),
      ...[...local.matchAll(escapedQuote)].map(({ index }) => index),
    ]
    for (const start of starts)
      if (this.#isTheirs(found.slice(start, end))) return `${found.slice(0, start)}${blank}${found.slice(end)}`
    return found
  }

  #isTheirs(text: string): boolean {
    // As JSON has the quotes of a quoted local part.
    const address = readAddress(text.startsWith('\\"') ? text.replace(/\\(.)/g, '$1') : text)
    return address.kind === 'address' && this.#keys.has(addressKey(address))
  }

  #domainOf(text: string): string {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const address = readAddress(`x@${text}`)
    const domain = address.kind === 'address' ? addressKey(address).slice(2) : ''
    if (this.#known.size >= mostDomains) this.#known.clear()
    this.#known.set(text, domain)
    return domain
  }
}

/**
 * Takes addresses out of columns of text of one table; how many rows had any.
 *
 * @param columns of text; NULL is left alone
 */
export function takeOutOf(
  database: DatabaseSync,
  mentions: Mentions,
  { table, columns }: { readonly table: string; readonly columns: readonly string[] },
): number {
  database.function('mention', { deterministic: true }, (text) => (typeof text === 'string' && mentions.isIn(text) ? 1 : 0))
  database.function('unmention', { deterministic: true }, (text) => (typeof text === 'string' ? mentions.takeOut(text) : text))
  const set = columns.map((column) => `${column} = unmention(${column})`).join(', ')
  const where = columns.map((column) => `mention(${column})`).join(' OR ')
  return Number(database.prepare(`UPDATE ${table} SET ${set} WHERE ${where}`).run().changes)
}
