import { json } from '../escape.ts'
import { systemClock } from '../clock.ts'
import {
  type Campaign,
  type FrozenCampaign,
  checkTemplates,
  freezeCampaign,
  loadCampaign,
  resolveCredentials,
} from '../campaign/index.ts'
import { SealpostError } from '../errors.ts'
import { type List, openList } from '../list/index.ts'
import { type Counts, TicketStore, createRecorder, runQueue } from '../queue/index.ts'
import { openKeys } from '../keys.ts'
import { unsubscribeKeys } from '../unsubscribe/index.ts'
import { printNumber, printPreflight, printReport } from '../report/index.ts'
import { type Settings, loadSettings } from '../settings/index.ts'
import {
  type Intake,
  QueueDatabase,
  SqliteGreylistMemory,
  SqliteHostMemory,
  SqlitePolicyCache,
  SqliteSuppressionList,
  SuppressionGate,
} from '../store/index.ts'
import { closeEvidence, openEvidence } from './evidence.ts'
import { type Exit, exits } from './exit.ts'
import { requireRecipients, takeIn, tellIntake } from './intake.ts'
import { type Sendable, createJob, createLinks } from './job.ts'
import { openKept } from './kept.ts'
import { makePreflight } from './preflight.ts'
import { type Progress, createProgress } from './progress.ts'
import { exitOfReport, readReport } from './report.ts'
import { software } from './version.ts'
import { createExamination, createLimits, createNetwork, createSts, depths } from './wiring.ts'

export interface SendArguments {
  readonly settings?: string
  readonly json?: boolean
  readonly dryRun?: boolean
  readonly now?: boolean
  readonly wait?: boolean
}

export async function runSend(paths: readonly string[], given: SendArguments): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const campaigns = await Promise.all(paths.map(async (path) => loadCampaign(path)))
  refuseSameName(campaigns)
  if (given.dryRun) return runPreflights(campaigns, settings, given)
  const stop = catchSignals()
  try {
    const progress = createProgress('sending')
    const sent = await sendCampaigns(campaigns, settings, {
      signal: stop.signal,
      now: given.now ?? false,
      wait: given.wait ?? false,
      progress,
    })
    progress.clear()
    for (const { intake, campaign } of sent) if (intake) tellIntake(intake, campaign.list)
  } finally {
    stop.release()
  }
  const reports = await Promise.all(campaigns.map(async ({ name }) => readReport(settings.data, name)))
  printAll(reports, given, (report) => printReport(report, process.stdout.columns))
  if (reports.some(({ summary: { held, deferred, waiting } }) => held + deferred + waiting > 0)) {
    process.stderr.write(`\nRun the same command again to go on; --now tries at once what is held or put off.\n`)
  }
  return stop.exit() ?? worst(reports.map(exitOfReport))
}

/** One document: what there is of one campaign, or a list of as much for several. */
function printAll<T>(results: readonly T[], given: SendArguments, print: (result: T) => string): void {
  process.stdout.write(given.json ? `${json(results.length === 1 ? results[0] : results)}\n` : results.map(print).join('\n'))
}

function worst(all: readonly Exit[]): Exit {
  return all.includes(exits.below) ? exits.below : all.includes(exits.untested) ? exits.untested : exits.fine
}

function refuseSameName(campaigns: readonly Campaign[]): void {
  const names = campaigns.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new SealpostError('SP_USAGE', { what: `Two of the campaigns are named ${twice}` })
}

async function runPreflights(campaigns: readonly Campaign[], settings: Settings, given: SendArguments): Promise<Exit> {
  using kept = openKept(settings)
  const context = createExamination(settings, await createNetwork(settings), depths.verdict, kept.cache)
  const preflights = []
  for (const campaign of campaigns)
    preflights.push(await makePreflight(campaign, settings, context, kept.memory, createProgress('checking')))
  printAll(preflights, given, (preflight) => printPreflight(preflight, process.stdout.columns))
  const exit = preflights.map(({ summary: { hold, fail, later } }) =>
    hold + fail > 0 ? exits.below : later > 0 ? exits.untested : exits.fine,
  )
  return worst(exit)
}

export interface SendOptions {
  readonly signal: AbortSignal
  /** Try at once what is held or put off. */
  readonly now: boolean
  readonly wait: boolean
  readonly progress: Progress
}

export interface SentCampaign {
  readonly campaign: Campaign
  readonly counts: Counts
  /** Where it was taken in by this run. */
  readonly intake: Intake | undefined
}

/** A campaign with all that can be wrong with its files found. */
interface Ready extends Sendable {
  readonly list: List
  readonly recipients: number
}

/**
 * Takes campaigns in, or goes on with them, and sends what is due of all of them. Everything that could be wrong with
 * their files is found before anything is written.
 */
export async function sendCampaigns(
  campaigns: readonly Campaign[],
  settings: Settings,
  options: SendOptions,
): Promise<readonly SentCampaign[]> {
  const ready: Ready[] = []
  for (const campaign of campaigns) ready.push(await makeReady(campaign, settings))
  const network = await createNetwork(settings)
  await using store = await QueueDatabase.open(settings.data)
  using cache = SqlitePolicyCache.open(settings.data)
  using memory = SqliteHostMemory.open(settings.data, systemClock)
  using suppressions = SqliteSuppressionList.open(settings.data)
  using gate = SuppressionGate.open(
    settings.data,
    (name) => ready.find(({ frozen }) => frozen.name === name)?.frozen.unsubscribe?.list,
  )
  using greylist = SqliteGreylistMemory.open(settings.data, systemClock)
  const log = await openEvidence(settings.data, store)
  try {
    const note = (
      act: 'campaign-started' | 'campaign-finished' | 'campaign-interrupted',
      frozen: FrozenCampaign,
      counts: Counts,
    ) => {
      const { total, sent, held, deferred, failed } = counts
      const detail = { campaign: frozen.name, digest: frozen.digest, total, sent, held, deferred, failed }
      log.append({ kind: 'act', time: new Date(systemClock.now()).toISOString(), act, detail })
    }
    const jobs = []
    const intakes = []
    for (const one of ready) {
      const { frozen, list, recipients } = one
      const intake = await takeIn(
        frozen,
        list.rows(),
        store,
        (taken) => {
          options.progress.show(taken, recipients, 'taken in')
        },
        suppressions,
      )
      intakes.push(intake)
      if (options.now) await store.hurry(frozen.name)
      if (intake) note('campaign-started', frozen, await store.counts(frozen.name))
      jobs.push(createJob(one, settings, createSts(settings, network, cache)))
    }
    const { delivery } = settings
    await runQueue({
      ...network,
      jobs,
      store,
      memory,
      greylist,
      tickets: new TicketStore(),
      recorder: createRecorder(log),
      limits: createLimits(settings, store),
      connections: delivery.connections,
      inFlight: delivery.inFlight,
      pipelining: delivery.pipelining,
      chunking: delivery.chunking === 'auto',
      timeouts: delivery.timeouts,
      shutdownMs: delivery.shutdown,
      clock: systemClock,
      random: Math.random,
      software,
      suppressed: gate.ask,
      wait: options.wait,
      signal: options.signal,
      onSettled: createTicker(
        store,
        jobs.map(({ campaign }) => campaign),
        options.progress,
      ),
    })
    const sent: SentCampaign[] = []
    for (const [index, { campaign, frozen }] of ready.entries()) {
      const counts = await store.counts(frozen.name)
      note(options.signal.aborted ? 'campaign-interrupted' : 'campaign-finished', frozen, counts)
      sent.push({ campaign, counts, intake: intakes[index] })
    }
    return sent
  } finally {
    await closeEvidence(log, store)
  }
}

async function makeReady(campaign: Campaign, settings: Settings): Promise<Ready> {
  const frozen = await freezeCampaign(campaign)
  const list = await openList(campaign.list, campaign)
  await checkTemplates(frozen, list.columns)
  const linkKeys = frozen.unsubscribe && (await openKeys(settings.data, unsubscribeKeys))
  createLinks(frozen, settings, linkKeys)
  const credentials = await resolveCredentials(campaign, process.env)
  return { campaign, frozen, credentials, linkKeys, list, recipients: await requireRecipients(list.rows(), campaign.list) }
}

/** Shows progress now and then: counting a long queue takes a while itself, and shall never be most of the work. */
function createTicker(store: QueueDatabase, campaigns: readonly string[], progress: Progress): () => void {
  let next = 0
  return () => {
    const started = performance.now()
    if (!progress.visible || started < next) return
    next = Number.POSITIVE_INFINITY
    Promise.all(campaigns.map(async (campaign) => store.counts(campaign)))
      .then((all) => {
        const sum = (name: 'total' | 'sent' | 'held' | 'deferred' | 'failed' | 'waiting'): number =>
          all.reduce((sum, counts) => sum + counts[name], 0)
        const detail = `${printNumber(sum('sent'))} sent, ${printNumber(sum('held'))} held, ${printNumber(sum('deferred'))} put off, ${printNumber(sum('failed'))} failed`
        progress.show(sum('total') - sum('waiting'), sum('total'), detail)
      })
      // Whatever keeps it from counting keeps the queue from working too, and is told there.
      .catch(() => undefined)
      .finally(() => {
        const ended = performance.now()
        next = ended + Math.max(200, (ended - started) * 20)
      })
  }
}

/** The first signal ends the run in good order, the second at once. */
function catchSignals(): { readonly signal: AbortSignal; exit(): Exit | undefined; release(): void } {
  const controller = new AbortController()
  let caught: NodeJS.Signals | undefined
  const onSignal = (name: NodeJS.Signals): void => {
    if (caught) process.exit(exits.interrupted)
    caught = name
    process.stderr.write('\nStopping: what is in flight is finished, the rest stays in the queue. Press again to stop at once.\n')
    controller.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    // A service manager's SIGTERM is an order well carried out; a person's interrupt is told as one.
    exit: () => (caught === undefined ? undefined : caught === 'SIGTERM' ? exits.fine : exits.interrupted),
    release: () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}
