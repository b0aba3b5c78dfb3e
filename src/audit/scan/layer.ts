import type { Document, Entry, Format } from '../format/index.ts'
import type { FoundSetup } from '../software.ts'
import type { EnvironmentPlace } from './places.ts'
import type { Encoding } from './read.ts'

/** A file that sets variables of a service: one of several, of which the later win. */
export interface Layer {
  readonly file: string
  readonly path: string
  readonly encoding: Encoding
  readonly format: Format
  readonly document: Document
  /** The service of a compose file: its variables are below this name. */
  readonly service?: string
  /** Only lends values to others (`${X}` from compose's .env): a new variable written here would reach nobody. */
  readonly lends?: boolean
}

/** Variables of all layers together, and where each stands. */
export interface Joined {
  /** An entry for each variable, its path the name alone. */
  readonly document: Document
  readonly origins: ReadonlyMap<string, { readonly layer: Layer; readonly entry: Entry }>
}

/** @param lender compose's .env: a variable that is nothing but `${X}` stands where X stands */
export function joinLayers(layers: readonly Layer[], lender: Layer | undefined): Joined {
  const lent = new Map(lender?.document.entries.map((entry) => [entry.path[0] ?? '', entry]))
  const origins = new Map<string, { layer: Layer; entry: Entry }>()
  for (const layer of layers) {
    for (const entry of layer.document.entries) {
      if (layer.service !== undefined && entry.path[0] !== layer.service) continue
      const name = entry.path.at(-1) ?? ''
      const borrowed = entry.value.kind === 'environment' ? lent.get(entry.value.name) : undefined
      if (lender && layer.service !== undefined && borrowed?.value.kind === 'literal' && borrowed.value.text !== '')
        origins.set(name, { layer: lender, entry: borrowed })
      else origins.set(name, { layer, entry })
    }
  }
  const entries = [...origins].map(([name, { entry }]) => ({ ...entry, path: [name] }))
  return { document: { format: 'env', text: '', entries, calls: [], faults: [] }, origins }
}

/**
 * A setup of joined layers as one of the file that most of it stands in. What stands elsewhere counts for the verdict
 * and is not mended from here.
 */
export function settle(
  setup: FoundSetup,
  place: EnvironmentPlace,
  { origins }: Joined,
): { readonly layer: Layer; readonly place: EnvironmentPlace; readonly setup: FoundSetup } | undefined {
  const parts = Object.entries(setup.entries).flatMap(([key, { path }]) => {
    const origin = origins.get(path[0] ?? '')
    return origin ? [{ key, ...origin }] : []
  })
  const counts = new Map<Layer, number>()
  for (const { layer } of parts) counts.set(layer, (counts.get(layer) ?? 0) + 1)
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a)
  if (!most) return undefined
  const [layer] = most
  const prefix = layer.service === undefined ? '' : '*.'
  const own = parts.filter((part) => part.layer === layer)
  const keys = {
    ...(layer.lends ? {} : Object.fromEntries(Object.entries(place.keys).map(([key, names]) => [key, below(prefix, names)]))),
    ...Object.fromEntries(own.map(({ key, entry }) => [key, prefix + escapeDots(entry.path.at(-1) ?? '')])),
  }
  const entries = Object.fromEntries(
    parts.map(({ key, layer: its, entry }) => [key, its === layer ? entry : { ...entry, file: its.file }]),
  )
  const name = [layer.service ?? '', setup.name].filter((part) => part !== '').join(' ')
  // The anchor may stand in another file.
  const anchors = [...place.anchors, ...own.map(({ key }) => key)]
  return { layer, place: { ...place, keys, anchors }, setup: { name, entries } }
}

function below(prefix: string, names: string | readonly string[]): readonly string[] {
  return (typeof names === 'string' ? [names] : names).map((name) => prefix + name)
}

function escapeDots(name: string): string {
  return name.replaceAll('.', '\\.')
}
