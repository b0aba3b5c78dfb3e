import { json } from '../escape.ts'
import { type CheckResult, examine, parseTarget } from '../check/index.ts'
import { forEachLimited } from '../parallel.ts'
import { type Level, levels } from '../policy/index.ts'
import { printCheck } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { type Exit, exits } from './exit.ts'
import { createProgress, wantsColour } from './progress.ts'
import { createExamination, createNetwork } from './wiring.ts'

export interface CheckArguments {
  readonly settings?: string
  readonly json?: boolean
  readonly verbose?: boolean
  readonly level: Level
}

/** Targets examined at a time; one address is still spoken to by one connection at a time. */
const concurrency = 20

export async function runCheck(targets: readonly string[], given: CheckArguments): Promise<Exit> {
  const parsed = targets.map(parseTarget)
  const settings = await loadSettings(given.settings)
  const context = createExamination(settings, await createNetwork(settings))
  const progress = createProgress('checking')
  const results: CheckResult[] = []
  await forEachLimited(parsed, concurrency, async (target, index) => {
    results[index] = await examine(target, context)
    progress.show(results.filter(Boolean).length, parsed.length, target.text)
  })
  progress.clear()
  if (given.json) process.stdout.write(`${json({ level: given.level, results })}\n`)
  else
    process.stdout.write(
      results.map((result) => printCheck(result, { verbose: given.verbose ?? false, colour: wantsColour() })).join('\n'),
    )
  return exitOf(results, given.level)
}

/** What the demanded level makes of the verdicts. */
export function exitOf(results: readonly CheckResult[], level: Level): Exit {
  const verdicts = results.flatMap((result) => [result, ...result.hosts])
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
