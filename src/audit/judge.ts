import type { Entry, Value } from './format/document.ts'
import { type Mode, rankOf } from './mode.ts'
import { Settings, Unseen, compareVersions } from './settings.ts'
import type { Reason, Software, Verdict } from './software.ts'

/** What a setup makes of the connection. */
export type Judgement =
  | {
      readonly kind: 'told'
      /** The weakest it may be. */
      readonly mode: Mode
      readonly reasons: readonly Reason[]
      /** Where what is not known matters, as the version mostly: each stretch of versions, weakest first. */
      readonly versions: readonly VersionVerdict[]
    }
  /** A setting that decides is worked out when the program runs. */
  | { readonly kind: 'cannot-tell'; readonly key: string; readonly value: Value }

export interface VersionVerdict {
  /** `before 4.2`, `since 5.0`, `before 2.8, with Ruby 3.0 or newer`. */
  readonly versions: string
  readonly mode: Mode
  readonly reasons: readonly Reason[]
}

/** @param version of the program; undefined where it is not known */
export function judge(
  software: Software,
  entries: ReadonlyMap<string, Entry>,
  version: string | undefined,
  environment?: ReadonlyMap<string, string>,
): Judgement {
  const rest = entries.get('rest')
  if (rest) return { kind: 'cannot-tell', key: 'rest', value: rest.value }
  const ask = (at: string | undefined) => software.judge(new Settings(entries, at, environment))
  try {
    const boundaries = software.boundaries ?? []
    const stretches =
      version !== undefined || boundaries.length === 0
        ? spread('', ask(version))
        : listStretches(boundaries).flatMap(({ words, example }) => spread(words, ask(example)))
    const versions = stretches.toSorted((a, b) => rankOf(a.mode) - rankOf(b.mode))
    const [{ mode, reasons }] = versions as [VersionVerdict, ...VersionVerdict[]]
    const same = versions.every((other) => other.mode === mode)
    return { kind: 'told', mode, reasons, versions: same ? [] : versions }
  } catch (error) {
    if (error instanceof Unseen) return { kind: 'cannot-tell', key: error.key, value: error.value }
    throw error
  }
}

/** A verdict in a stretch of versions, apart by what no file tells. */
function spread(versions: string, { mode, reasons, where }: Verdict): VersionVerdict[] {
  if (!where) return [{ versions, mode, reasons }]
  const { words, otherwise } = where
  const join = (more: string) => (versions === '' ? more : `${versions}, ${more}`)
  return [
    { versions: join(words), mode, reasons },
    { versions: join(otherwise.words), mode: otherwise.mode, reasons: otherwise.reasons },
  ]
}

/** Before the first boundary, between each two, and from the last on, with a version that lies in it. */
function listStretches(boundaries: readonly string[]): { readonly words: string; readonly example: string }[] {
  const sorted = boundaries.toSorted(compareVersions)
  return sorted.flatMap((boundary, index) => {
    const next = sorted[index + 1]
    const from = next === undefined ? `since ${boundary}` : `from ${boundary}, before ${next}`
    return [...(index === 0 ? [{ words: `before ${boundary}`, example: '0' }] : []), { words: from, example: boundary }]
  })
}
