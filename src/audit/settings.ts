import type { Entry, Value } from './format/document.ts'

/** A setting that the verdict hangs on, and whose value is not there to be read. */
export class Unseen extends Error {
  readonly key: string
  readonly value: Value

  constructor(key: string, value: Value) {
    super(`${key} cannot be seen`)
    this.key = key
    this.value = value
  }
}

const yes = new Set(['1', 'true', 'yes', 'on', 'y', 't'])
const no = new Set(['0', 'false', 'no', 'off', 'n', 'f', ''])

/** A setup's settings as its judge asks for them. What is not set is undefined, and its default the judge's to know. */
export class Settings {
  /** The version that the question is about. */
  readonly version: string | undefined
  readonly #entries: ReadonlyMap<string, Entry>
  readonly #environment: ReadonlyMap<string, string> | undefined

  /** @param environment variables that are known, with undefined where none are known at all */
  constructor(entries: ReadonlyMap<string, Entry>, version?: string, environment?: ReadonlyMap<string, string>) {
    this.#entries = entries
    this.version = version
    this.#environment = environment
  }

  has(key: string): boolean {
    return this.#entries.has(key)
  }

  /** @throws Unseen where the program works the value out when it runs */
  text(key: string): string | undefined {
    const value = this.#entries.get(key)?.value
    if (!value) return undefined
    if (value.kind === 'literal') return value.type === 'null' ? undefined : value.text
    if (value.kind === 'environment' && this.#environment) return this.#environment.get(value.name) ?? value.fallback
    throw new Unseen(key, value)
  }

  /** One of these words, also as the last part of a constant's name; undefined for any other text. @throws Unseen */
  choice<Word extends string>(key: string, known: readonly Word[]): Word | undefined {
    const text = this.text(key)
    const last = text?.split(/\.|::/).at(-1)?.toLowerCase()
    const found = known.find((word) => word.toLowerCase() === last)
    if (found === undefined) this.#rejectName(key)
    return found
  }

  /** A constant of another name: its value stands elsewhere. @throws Unseen */
  #rejectName(key: string): void {
    const value = this.#entries.get(key)?.value
    const isSwitch = value?.kind === 'literal' && (yes.has(value.text) || no.has(value.text))
    if (value?.kind === 'literal' && value.type === 'name' && !isSwitch)
      throw new Unseen(key, { kind: 'computed', source: value.text })
  }

  /** Yes or no in any of the usual spellings; undefined for anything else too. @throws Unseen */
  flag(key: string): boolean | undefined {
    const text = this.text(key)?.trim().toLowerCase()
    if (text === undefined) return undefined
    if (yes.has(text)) return true
    if (no.has(text)) return false
    this.#rejectName(key)
    return undefined
  }

  /** @throws Unseen */
  number(key: string): number | undefined {
    const text = this.text(key)?.trim()
    if (text !== undefined && /^\d{1,9}$/.test(text)) return Number(text)
    this.#rejectName(key)
    return undefined
  }

  /** The same where it cannot be seen, without an exception: for host names, which decide nothing. */
  peek(key: string): string | undefined {
    try {
      return this.text(key)
    } catch {
      return undefined
    }
  }

  /** Whether this version is that one or newer; undefined versions are the newest. */
  since(boundary: string): boolean {
    return this.version === undefined || compareVersions(this.version, boundary) >= 0
  }
}

/** Less than 0 where `a` is older. Parts that are no numbers count as 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) =>
    text
      .replace(/^[^\d]*/, '')
      .split(/[.\-+]/)
      .map((part) => Number.parseInt(part, 10) || 0),
  )
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at++) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
