import {
  type AuditResult,
  type Found,
  type Trial,
  describeFound,
  judgeTrial,
  rankOf,
  scan,
  softwares,
  targetOf,
} from '../audit/index.ts'
import { examine } from '../check/index.ts'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { forEachLimited } from '../parallel.ts'
import {
  type AuditFault,
  type AuditUnseen,
  type AuditedSetup,
  printAudit,
  printAuditJson,
  printAuditSarif,
} from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { type Exit, exits } from './exit.ts'
import { createProgress, wantsColour } from './progress.ts'
import { software } from './version.ts'
import { createExamination, createNetwork, depths } from './wiring.ts'

export interface AuditArguments {
  readonly settings?: string
  readonly format: 'text' | 'json' | 'sarif'
  readonly level: 'encrypted' | 'valid'
  /** `django=4.2`, as given. */
  readonly versionOf: readonly string[]
  /** Programs to look for; all where none is named. */
  readonly software: readonly string[]
  readonly probe?: boolean
  readonly check?: boolean
  readonly fix?: boolean
  readonly yes?: boolean
  readonly unprobed?: boolean
}

/** Servers tried at a time. */
const concurrency = 8

/** Tries the server that a setup names, with the engine of `sealpost check`. */
export type Prober = (found: Pick<AuditResult, 'host' | 'port' | 'mode'>) => Promise<Trial | undefined>

export async function runAudit(paths: readonly string[], given: AuditArguments): Promise<Exit> {
  if (paths.length === 0) throw new SealpostError('SP_USAGE', { what: 'Nothing to audit: name a file or a folder' })
  if (given.fix && given.check)
    throw new SealpostError('SP_USAGE', { what: '--fix writes and --check does not: give one of them' })
  if (given.fix && given.format !== 'text') throw new SealpostError('SP_USAGE', { what: '--fix shows its changes as text alone' })
  const options = { softwares: chooseSoftware(given.software), versions: readVersions(given.versionOf) }
  const gathered = await gather(paths, options)
  const prober = given.probe || (given.fix && !given.unprobed) ? await createProber(given.settings) : undefined
  if (given.fix) {
    const { runFix } = await import('./auditFix.ts')
    return runFix(gathered, { prober, yes: given.yes ?? false, level: given.level })
  }
  const setups = await tryAll(gathered.found.map(describeFound), given.probe ? prober : undefined)
  const report = { software, setups, unseen: gathered.unseen, faults: gathered.faults, files: gathered.files }
  if (given.format === 'json') process.stdout.write(printAuditJson(report))
  else if (given.format === 'sarif') process.stdout.write(printAuditSarif(report))
  else
    process.stdout.write(
      printAudit(report, { colour: wantsColour(), width: process.stdout.columns ?? 80, brief: given.check ?? false }),
    )
  return exitOfAudit(setups, gathered, given.level)
}

/** What a scan gave, all of it. */
export interface Gathered {
  readonly found: readonly Found[]
  readonly unseen: readonly AuditUnseen[]
  readonly faults: readonly AuditFault[]
  readonly files: number
}

async function gather(paths: readonly string[], options: Parameters<typeof scan>[1]): Promise<Gathered> {
  const progress = createProgress('auditing')
  const found: Found[] = []
  const unseen: AuditUnseen[] = []
  const faults: AuditFault[] = []
  let files = 0
  for await (const event of scan(paths, options)) {
    if (event.kind === 'setup') found.push(event.found)
    else if (event.kind === 'fault') faults.push({ file: event.file, line: event.line, words: event.words })
    else if (event.kind === 'unseen')
      unseen.push({
        software: { id: event.software.id, name: event.software.name },
        file: event.file,
        where: event.where,
        query: event.query,
      })
    else {
      files = event.files
      progress.show(0, 0, `${files.toLocaleString('en-US')} files, ${found.length} mail setups`)
    }
  }
  progress.clear()
  return { found, unseen, faults, files }
}

/** @throws SealpostError SP_USAGE for a name that no rule has */
function chooseSoftware(only: readonly string[]) {
  for (const id of only) {
    if (!softwares.some((software) => software.id === id))
      throw new SealpostError('SP_USAGE', {
        what: `${visible(id, 60)} is no program that this version knows`,
        next: `Known are: ${softwares.map((software) => software.id).join(', ')}.`,
      })
  }
  return only.length === 0 ? softwares : softwares.filter(({ id }) => only.includes(id))
}

function readVersions(given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    given.map((text): [string, string] => {
      const [, id, version] = /^([\w-]+)=v?(\d[\w.+-]{0,40})$/.exec(text) ?? []
      if (id === undefined || version === undefined || !softwares.some((software) => software.id === id))
        throw new SealpostError('SP_USAGE', {
          what: `${visible(text, 60)} is no program with a version`,
          next: 'Write it as django=4.2.',
        })
      return [id, version]
    }),
  )
}

async function createProber(settingsFile: string | undefined): Promise<Prober> {
  const settings = await loadSettings(settingsFile)
  const context = createExamination(settings, await createNetwork(settings), { ...depths.verdict, probeMail: false })
  return async ({ host, port, mode }) => {
    const target = mode && targetOf(host, port ?? (mode.startsWith('implicit') ? 465 : 25), mode)
    return mode && target ? judgeTrial(mode, await examine(target, context)) : undefined
  }
}

async function tryAll(results: readonly AuditResult[], prober: Prober | undefined): Promise<AuditedSetup[]> {
  const progress = createProgress('trying')
  const tried: AuditedSetup[] = []
  let done = 0
  await forEachLimited(results, concurrency, async (result, index) => {
    tried[index] = { ...result, trial: await prober?.(result) }
    progress.show(++done, results.length, result.host ?? '')
  })
  progress.clear()
  return tried
}

/** 0 all as good as asked, 1 something is not, 3 nothing is below but something cannot be told. */
export function exitOfAudit(
  setups: readonly { readonly mode: AuditResult['mode']; readonly trial?: Trial | undefined }[],
  { unseen, faults }: Pick<Gathered, 'unseen' | 'faults'>,
  level: AuditArguments['level'],
): Exit {
  const wanted = level === 'valid' ? 3 : 2
  const bad = setups.some(
    ({ mode, trial }) => (mode !== undefined && rankOf(mode) < wanted) || ['plaintext', 'stops'].includes(trial?.outcome ?? ''),
  )
  if (bad) return exits.below
  const open = setups.some(({ mode, trial }) => mode === undefined || trial?.outcome === 'not-tested')
  return open || unseen.length > 0 || faults.length > 0 ? exits.untested : exits.fine
}
