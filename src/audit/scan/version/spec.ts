import { compareVersions } from '../../settings.ts'

/** What a project file says about a package: the very version, or the least of a range, or neither. */
export interface Spec {
  readonly exact: string | undefined
  readonly least: string | undefined
}

export const unknown: Spec = { exact: undefined, least: undefined }

export function exactly(version: unknown): Spec {
  const text = typeof version === 'string' ? /^v?(\d+(?:\.\d+)*(?:[-+.]?\w[\w.+-]*)?)$/.exec(version.trim())?.[1] : undefined
  return text === undefined ? unknown : { exact: text, least: text }
}

/**
 * A requirement in any of the package managers' spellings: `^7.1`, `~> 7.1`, `>=4.2,<5`, `==4.2.1`, `7.1.* || ^8.0`.
 *
 * @param bare what a version without a sign means: npm, Composer and pip take it at its word, Cargo as `^`
 */
export function parseRequirement(text: unknown, bare: 'exact' | 'range' = 'exact'): Spec {
  // An address (git, a file, another registry) says nothing that could be compared.
  if (typeof text !== 'string' || text.length > 200 || /[/:]/.test(text)) return unknown
  const pinned = /^\s*(?:={1,3}\s*)?(v?\d[\w.+-]*)\s*$/.exec(text)?.[1]
  if (pinned !== undefined && !/(?:^|\.)[x*](?:\.|$)/i.test(pinned) && (bare === 'exact' || /=/.test(text)))
    return exactly(pinned)
  const least = text.split(/\|\|?|\bor\b/).map(leastOf)
  const known = least.flatMap((version) => (version === undefined ? [] : [version]))
  return known.length < least.length ? unknown : { exact: undefined, least: known.toSorted(compareVersions)[0] }
}

/** The least of one alternative; undefined where it has no lower end. */
function leastOf(text: string): string | undefined {
  const found = [...text.matchAll(/(\^|~>|~=|~|>=|>|={1,3}|!=|<=|<)?\s*v?(\d+(?:\.\d+)*)/g)]
  const lower = found.flatMap(([, sign, version]) =>
    version === undefined || sign === '<' || sign === '<=' || sign === '!=' ? [] : [version],
  )
  return lower[0]
}

/**
 * The version where it decides: an exact one, or the least of a range that lies behind every change of meaning. `5`
 * does not decide where the meaning changed with 5.2.
 */
export function settleVersion({ exact, least }: Spec, boundaries: readonly string[] = []): string | undefined {
  if (exact !== undefined)
    return boundaries.some((boundary) => boundary.startsWith(`${exact}.`) && compareVersions(boundary, exact) > 0)
      ? undefined
      : exact
  const last = boundaries.toSorted(compareVersions).at(-1)
  return least !== undefined && last !== undefined && compareVersions(least, last) >= 0 ? least : undefined
}
