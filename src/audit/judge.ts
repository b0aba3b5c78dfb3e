import type { Entry, Value } from './format/document.ts'
import { type Mode, rankOf } from './mode.ts'
import { Settings, Unseen, compareVersions } from './settings.ts'
import type { Reason, Software } from './software.ts'

/** What a setup makes of the connection. */
export type Judgement =
  | {
      readonly kind: 'told'
      /** The weakest it may be. */
      readonly mode: Mode
      readonly reasons: readonly Reason[]
      /** Where the version is not known and matters: each stretch of versions, weakest first. */
      readonly versions: readonly VersionVerdict[]
    }
  /** A setting that decides is worked out when the program runs. */
  | { readonly kind: 'cannot-tell'; readonly key: string; readonly value: Value }

export interface VersionVerdict {
  /** `before 4.2`, `4.2 to 4.9`, `since 5.0`. */
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
    if (version !== undefined || boundaries.length === 0) return { kind: 'told', ...ask(version), versions: [] }
    const stretches = listStretches(boundaries).map(({ words, example }) => ({ versions: words, ...ask(example) }))
    const [weakest] = stretches.toSorted((a, b) => rankOf(a.mode) - rankOf(b.mode))
    if (!weakest) return { kind: 'told', ...ask(undefined), versions: [] }
    const same = stretches.every(({ mode }) => mode === weakest.mode)
    const versions = same ? [] : stretches.toSorted((a, b) => rankOf(a.mode) - rankOf(b.mode))
    return { kind: 'told', mode: weakest.mode, reasons: weakest.reasons, versions }
  } catch (error) {
    if (error instanceof Unseen) return { kind: 'cannot-tell', key: error.key, value: error.value }
    throw error
  }
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
