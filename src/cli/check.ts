import { type CheckResult, examine } from '../check/index.ts'
import { systemClock } from '../clock.ts'
import { forEachLimited } from '../parallel.ts'
import { type Level, levels } from '../policy/index.ts'
import { type CheckFormat, type CheckPrinter, createCheckPrinter } from '../report/index.ts'
import { loadSettings, readAuthorities } from '../settings/index.ts'
import { type Exit, exits } from './exit.ts'
import { createProgress, wantsColour } from './progress.ts'
import { addServices, readTargets } from './targets.ts'
import { software } from './version.ts'
import { createExamination, createNetwork, depths } from './wiring.ts'

export interface CheckArguments {
  readonly settings?: string
  readonly format: CheckFormat
  readonly verbose?: boolean
  readonly level: Level
  /** A file of targets. */
  readonly targets?: string
  readonly services?: boolean
  readonly deep?: boolean
  readonly probeMail?: boolean
  /** A file of authorities to trust beside those of the system, PEM. */
  readonly ca?: string
}

/** Targets examined at a time; one address is still spoken to by one connection at a time. */
const concurrency = 20

export async function runCheck(words: readonly string[], given: CheckArguments): Promise<Exit> {
  const named = await readTargets(words, given.targets)
  const settings = await loadSettings(given.settings)
  const ca = given.ca === undefined ? [] : await readAuthorities(given.ca, '--ca')
  const network = await createNetwork(settings, ca)
  const targets = given.services ? await addServices(named, network.resolver) : named
  const depth = { ...depths[given.deep ? 'deep' : 'brief'], probeMail: given.probeMail ?? false, askSpf: true, askTlsRpt: true }
  const context = createExamination(settings, network, depth)
  const progress = createProgress('checking')
  const printer = createCheckPrinter(given.format, {
    software,
    level: given.level,
    writtenAt: new Date(systemClock.now()).toISOString(),
    verbose: given.verbose ?? false,
    deep: given.deep ?? false,
    colour: wantsColour(),
    ...(process.stdout.columns === undefined ? {} : { width: process.stdout.columns }),
  })
  process.stdout.write(printer.begin())
  const results: CheckResult[] = []
  const flush = printInOrder(printer, results, () => {
    progress.clear()
  })
  await forEachLimited(targets, concurrency, async (target, index) => {
    results[index] = await examine(target, context)
    flush()
    progress.show(results.filter(Boolean).length, targets.length, target.text)
  })
  progress.clear()
  process.stdout.write(printer.end())
  return exitOf(results, given.level)
}

/** Prints each result as soon as those before it are there. */
function printInOrder(printer: CheckPrinter, results: readonly (CheckResult | undefined)[], before: () => void): () => void {
  let next = 0
  return () => {
    for (let result = results[next]; result; result = results[next]) {
      const text = printer.line(result)
      if (text !== '') before()
      process.stdout.write(text)
      next++
    }
  }
}

interface Verdicts {
  readonly verdict: CheckResult['verdict']
  readonly cause: string
}

interface Judged extends Verdicts {
  readonly hosts: readonly (Verdicts & {
    /** What the domain's own word asks of the host. */
    readonly demand?: { readonly met?: boolean | undefined } | undefined
  })[]
}

/** What the demanded level makes of the verdicts. */
export function exitOf(results: readonly Judged[], level: Level): Exit {
  // A host that the domain's own policy bars gets no mail, where it names another.
  const used = results.map(({ verdict, hosts }) => hosts.filter(({ cause }) => verdict === 'broken' || cause !== 'mx-not-listed'))
  const verdicts = [...results, ...used.flat()]
  // Sending holds what the domain's own word forbids, at every level.
  if (used.flat().some(({ demand }) => demand?.met === false)) return exits.below
  if (verdicts.some(({ verdict, cause }) => isBelow(verdict, level) && cause !== 'no-ipv6')) return exits.below
  // An address that is dead beside one that works may be so on purpose (nolisting), and IPv6 is ours to have.
  const hidden = results
    .flatMap(({ hosts }) => hosts)
    .some(({ verdict, cause }) => ['refused', 'temporary', 'not-tested'].includes(verdict) && cause !== 'no-ipv6')
  const untested =
    hidden ||
    results.some(
      ({ verdict, cause }) =>
        ['refused', 'unreachable', 'temporary', 'not-tested'].includes(verdict) || (verdict === 'no-mail' && cause !== 'null-mx'),
    )
  return untested ? exits.untested : exits.fine
}

function isBelow(verdict: CheckResult['verdict'], level: Level): boolean {
  if (verdict === 'broken') return true
  const reached = ({ plaintext: 0, unauthenticated: 1, valid: 2, authenticated: 3 } as Readonly<Record<string, number>>)[verdict]
  return reached !== undefined && reached < levels.indexOf(level)
}
