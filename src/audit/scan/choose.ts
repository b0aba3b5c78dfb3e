import type { Document } from '../format/index.ts'
import { findSetups } from '../setup.ts'
import type { FoundSetup, Software } from '../software.ts'
import { type Image, isImage } from './image.ts'
import { matchesPath } from './pathIndex.ts'
import type { EnvironmentPlace, Placed, Places } from './places.ts'

/** What there is beside the variables themselves to tell whose they are. */
export interface Surroundings {
  readonly image: Image | undefined
  /** The env file, where that is all there is. */
  readonly path: string | undefined
  readonly top: string
  /** The user named the file: a program that fits is taken, though nothing but common names speak for it. */
  readonly named: boolean
  /** Whether one of a program's packages is used here. */
  readonly hasPackage: (software: Software) => boolean
}

export interface Chosen extends Placed<EnvironmentPlace> {
  readonly setups: readonly FoundSetup[]
}

/** Names that anybody gives to variables: they speak for no program. */
const common =
  /^(?:(?:SMTP|MAIL|MAILER|EMAIL|MAIL_SMTP|EMAIL_SMTP|MAIL_SERVER)_)?(?:HOST|HOSTNAME|SERVER|ADDRESS|PORT|USER|USERNAME|LOGIN|PASS|PASSWORD|FROM|FROM_ADDRESS|DOMAIN|URL|NAME)$/i

/**
 * The program whose variables these are: told by the image, else by packages beside it, else by the names. One, unless
 * nothing tells two apart; none where only names of everybody's are there.
 */
export function chooseProgram(
  { environments, variables: names }: Places,
  given: Document,
  { image, path, top, named, hasPackage }: Surroundings,
): readonly Chosen[] {
  // What no program reads is left out before each of them is asked: an env file may have any length.
  const document = {
    ...given,
    entries: given.entries.filter(({ path: [name = ''] }) => isAsked(names, name)).slice(0, maxVariables),
  }
  const imaged = image ? environments.filter(({ place }) => isImage(image, place.images)) : []
  const candidates = (imaged.length > 0 ? imaged : environments).flatMap((placed) => {
    const setups = findSetups(document, placed.place)
    return setups.length > 0 ? [{ ...placed, setups }] : []
  })
  if (imaged.length > 0) return candidates
  const rated = candidates.map((chosen) => {
    const variables = new Set(chosen.setups.flatMap(({ entries }) => Object.values(entries).map((entry) => entry.path[0] ?? '')))
    const telling = [...variables].filter((name) => !common.test(name))
    const { path: pattern } = chosen.place
    // A pattern that any `.env` fits says nothing.
    const placed = path !== undefined && pattern !== undefined && !pattern.test('.env') && matchesPath(pattern, path, top)
    const strength = hasPackage(chosen.software) || placed ? 2 : telling.length > 0 ? 1 : 0
    // A name that few programs have speaks louder.
    const weight = telling.reduce((sum, name) => sum + 1 / (names.get(name) ?? 1), 0)
    return { chosen, rank: [strength, weight, variables.size] as const }
  })
  const [best] = rated.toSorted((a, b) => compare(b.rank, a.rank))
  if (!best || (best.rank[0] === 0 && !named)) return []
  return rated.filter(({ rank }) => compare(rank, best.rank) === 0).map(({ chosen }) => chosen)
}

const maxVariables = 5000

function isAsked(names: ReadonlyMap<string, number>, name: string): boolean {
  return names.has(name) || names.has(name.replaceAll('.', '\\.'))
}

type Rank = readonly [strength: number, weight: number, variables: number]

function compare(a: Rank, b: Rank): number {
  return a[0] - b[0] || (Math.abs(a[1] - b[1]) < 1e-9 ? 0 : a[1] - b[1]) || a[2] - b[2]
}
