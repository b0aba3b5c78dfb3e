import { type Campaign, loadCampaign } from '../campaign/index.ts'
import { type Preflight, printPreflight, printPreflightPage } from '../report/index.ts'
import { type Settings, loadSettings } from '../settings/index.ts'
import { type Exit, exits } from './exit.ts'
import { openKept } from './kept.ts'
import { keepPreflight } from './keptPreflight.ts'
import { makePreflight } from './preflight.ts'
import { printAll } from './printAll.ts'
import { createProgress } from './progress.ts'
import { createExamination, createNetwork, depths } from './wiring.ts'

type PreflightFormat = 'text' | 'json' | 'html'

export interface PreflightArguments {
  readonly settings?: string
  readonly format: PreflightFormat
}

/** Everything that can be known before a campaign is sent; `send --dry-run` is the same. */
export async function runPreflight(paths: readonly string[], given: PreflightArguments): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const campaigns = await Promise.all(paths.map(async (path) => loadCampaign(path)))
  return runPreflights(campaigns, settings, given.format)
}

export async function runPreflights(campaigns: readonly Campaign[], settings: Settings, format: PreflightFormat): Promise<Exit> {
  using kept = openKept(settings)
  const context = createExamination(settings, await createNetwork(settings), depths.verdict, kept.cache)
  const preflights: Preflight[] = []
  for (const campaign of campaigns) {
    const preflight = await makePreflight(campaign, settings, context, kept.memory, createProgress('checking'))
    preflights.push(preflight)
    await keepPreflight(campaign, preflight, settings)
  }
  if (format === 'html') process.stdout.write(printPreflightPage(preflights))
  else printAll(preflights, format === 'json', (preflight) => printPreflight(preflight, process.stdout.columns))
  const each = preflights.map(exitOf)
  return each.includes(exits.below) ? exits.below : each.includes(exits.untested) ? exits.untested : exits.fine
}

/** What rules could not look at does not make it untested: that word of the exit status is about encryption. */
function exitOf({ summary: { hold, fail, later }, verdict }: Preflight): Exit {
  if (hold + fail > 0 || verdict === 'not ready') return exits.below
  return later > 0 ? exits.untested : exits.fine
}
