/** Services, whose variables come from several files: docker compose, systemd. */
import { readdirSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { formats } from '../format/index.ts'
import { chooseProgram } from './choose.ts'
import { compose, fillIn, readCompose } from './compose.ts'
import { type ScanContext, type Source, faultsOf, readDocument, readGuarded, showBeside } from './context.ts'
import { type Dotenv, readVariables } from './dotenv.ts'
import type { ScanEvent } from './event.ts'
import { type Image, isImage, parseImage } from './image.ts'
import { type Layer, joinLayers, settle } from './layer.ts'
import { type UnitFile, readUnit, systemd } from './systemd.ts'
import type { Step } from './walk.ts'

/** A file of variables that a service names. */
interface Followed {
  readonly source: Source
  readonly layer: Layer
}

export function* scanCompose(context: ScanContext, source: Source): Generator<ScanEvent> {
  const file = readGuarded(source.text, 'compose', readCompose)
  yield* faultsOf(source, file.document)
  if (!('services' in file)) return
  const folder = dirname(source.path)
  // compose-spec, 12-interpolation.md: variables of the shell, and of `.env` beside the file.
  const dotenvPath = join(folder, '.env')
  const given = readVariables(dotenvPath)
  // An empty one counts as none: `${X:-y}` is y then.
  const known = given && new Map([...given].filter(([, value]) => value !== ''))
  const dotenv: Dotenv | undefined = known && { known, disputed: new Set() }
  const lent = known && follow(context, source, dotenvPath)
  for (const { name, image: written, envFiles } of file.services) {
    const text = written === undefined ? undefined : fillIn(written, known ?? new Map())
    const image = text === undefined ? undefined : parseImage(text)
    if (image) {
      const here = context.places.unseen.filter(({ place }) => isImage(image, place.images))
      yield* context.unseen(here, source)
    }
    const paths = envFiles.flatMap((path) => fillIn(path, known ?? new Map()) ?? []).map((path) => resolve(folder, path))
    const followed = paths.flatMap((path) => follow(context, source, path) ?? [])
    const lender =
      followed.find(({ source: { path } }) => path === dotenvPath) ?? (lent && { ...lent, layer: { ...lent.layer, lends: true } })
    const layer: Layer = { ...source, format: compose, document: file.document, service: name }
    const events = [...scanService(context, source, [...followed, { source, layer }], { image, lender, dotenv })]
    yield* events
    if (events.length > 0 && followed.length < envFiles.length)
      yield {
        kind: 'fault',
        file: source.file,
        line: undefined,
        words: `names a file of variables for ${name} that cannot be read`,
      }
  }
}

/** A unit with its drop-ins, whichever of them the walk came by first. */
export function* scanUnit(context: ScanContext, step: Step): Generator<ScanEvent> {
  const base = step.path.endsWith('.conf') ? dirname(step.path).replace(/\.d$/, '') : step.path
  const sources = listUnit(base).flatMap((path) => {
    const read = context.read({ ...step, path, file: showBeside(step, path) })
    return read.kind === 'source' ? [read.source] : []
  })
  const layers: Followed[] = []
  let envFiles: readonly string[] = []
  for (const source of sources) {
    const unit: UnitFile = readUnit(source.text)
    yield* faultsOf(source, unit.document)
    // systemd.exec(5): an empty assignment takes back what files before it set.
    if (unit.clears.environment) layers.length = 0
    if (unit.clears.envFiles) envFiles = []
    envFiles = [...envFiles, ...unit.envFiles]
    layers.push({ source, layer: { ...source, format: systemd, document: unit.document } })
  }
  // systemd.exec(5), EnvironmentFile=: goes before Environment=.
  const files = envFiles.flatMap((path) => (isAbsolute(path) ? (follow(context, step, locate(base, path)) ?? []) : []))
  const events = [...scanService(context, step, [...layers, ...files], {})]
  yield* events
  if (events.length > 0 && files.length < envFiles.length)
    yield { kind: 'fault', file: step.file, line: undefined, words: 'names a file of variables that cannot be read' }
}

function* scanService(
  context: ScanContext,
  step: Step,
  files: readonly Followed[],
  {
    image,
    lender,
    dotenv,
  }: { readonly image?: Image | undefined; readonly lender?: Followed | undefined; readonly dotenv?: Dotenv | undefined },
): Generator<ScanEvent> {
  const joined = joinLayers(
    files.map(({ layer }) => layer),
    lender?.layer,
  )
  const folder = dirname(step.path)
  const chosen = chooseProgram(context.places, joined.document, {
    image,
    path: undefined,
    top: step.top,
    named: context.narrowed,
    hasPackage: (software) => context.projects.find(software, folder, step.top) !== undefined,
  })
  for (const { software, place, setups } of chosen) {
    for (const setup of setups) {
      const settled = settle(setup, place, joined)
      const from = [...files, ...(lender ? [lender] : [])].find(({ layer }) => layer === settled?.layer)
      if (!settled || !from) continue
      for (const { source } of files) context.claimed.add(source.identity)
      if (lender && [...joined.origins.values()].some(({ layer }) => layer === lender.layer))
        context.claimed.add(lender.source.identity)
      const { format, document } = settled.layer
      yield* context.found(from.source, { software, format, document, place: settled.place, setup: settled.setup }, dotenv, image)
    }
  }
}

function follow(context: ScanContext, step: Step, path: string): Followed | undefined {
  const read = context.read({ ...step, path, file: showBeside(step, path), named: false })
  if (read.kind !== 'source') return undefined
  const { source } = read
  return { source, layer: { ...source, format: formats.env, document: readDocument(source.text, formats.env) } }
}

/** The unit itself, and what is in its folder of drop-ins, in the order that systemd.unit(5) reads them. */
function listUnit(base: string): string[] {
  try {
    const names = readdirSync(`${base}.d`)
      .filter((name) => name.endsWith('.conf'))
      .toSorted()
    return [base, ...names.slice(0, 100).map((name) => join(`${base}.d`, name))]
  } catch {
    return [base]
  }
}

/** A path from a unit's view: in a tree that was copied from another machine, its root is where the unit's own path begins. */
function locate(base: string, path: string): string {
  const root = /^(.*?)\/(?:etc|run|usr\/lib|usr\/local\/lib|lib)\/systemd\//.exec(base)?.[1] ?? ''
  return join(root === '' ? '/' : root, path)
}
