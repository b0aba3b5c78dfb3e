interface Rule<T> {
  readonly pattern: RegExp
  /** The pattern is of the path from the audited folder, not of any part of it. */
  readonly fromTop: boolean
  /** Other extensions never match; undefined where the pattern does not say it so plainly. */
  readonly extension: string | undefined
  readonly value: T
}

/** Many patterns of paths, of which few are asked for any one file: most of them end in an extension. */
export class PathIndex<T> {
  readonly #rules: readonly Rule<T>[]
  readonly #byExtension = new Map<string, readonly Rule<T>[]>()
  readonly #others: readonly Rule<T>[]

  constructor(items: readonly (readonly [pattern: RegExp, value: T])[]) {
    this.#rules = items.map(([pattern, value]) => ({
      pattern: new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')),
      fromTop: pattern.source.startsWith('^'),
      extension: findExtension(pattern),
      value,
    }))
    this.#others = this.#rules.filter(({ extension }) => extension === undefined)
    for (const { extension } of this.#rules)
      if (extension !== undefined)
        this.#byExtension.set(
          extension,
          this.#rules.filter((rule) => rule.extension === undefined || rule.extension === extension),
        )
  }

  /** What belongs to the patterns that match, in the order in which they were given. */
  match(path: string, top: string): readonly T[] {
    let found: T[] | undefined
    // Of `.env` too, which has none for node:path.
    const extension = path.slice(path.lastIndexOf('.')).toLowerCase()
    const rules = this.#byExtension.get(extension) ?? this.#others
    for (const { pattern, fromTop, value } of rules) {
      if (pattern.test(fromTop ? fromTopOf(path, top) : path)) (found ??= []).push(value)
    }
    return found ?? none
  }
}

const none: readonly never[] = []

function fromTopOf(path: string, top: string): string {
  return path.slice(top.length).replace(/^\//, '')
}

/** A pattern from `^` on is of the path from the audited folder; any other may look at the folders above it too. */
export function matchesPath(pattern: RegExp, path: string, top: string): boolean {
  return new PathIndex([[pattern, true]]).match(path, top).length > 0
}

/** `.json` of `config\.json$`, where nothing else can be the end: no choice outside of brackets. */
function findExtension({ source }: RegExp): string | undefined {
  const extension = /\\(\.[a-z]{1,12})\$$/i.exec(source)?.[1]
  // What is in brackets is a choice of its own; a backslash before one makes it a letter.
  const outside = source.replace(/\\./g, '').replace(/\[[^\]]*\]/g, '')
  let depth = 0
  for (const sign of outside) {
    if (sign === '(') depth++
    else if (sign === ')') depth--
    else if (sign === '|' && depth === 0) return undefined
  }
  // `\.(?:a|b\.json$)` ends inside of a group.
  return depth === 0 ? extension?.toLowerCase() : undefined
}
