import { json } from '../escape.ts'
import { systemClock } from '../clock.ts'
import {
  type Campaign,
  type FrozenCampaign,
  checkTemplates,
  createRenderer,
  freezeCampaign,
  loadCampaign,
  resolveCredentials,
} from '../campaign/index.ts'
import { type Counts, type RunOptions, runQueue } from '../queue/index.ts'
import { printNumber, printPreflight, printReport } from '../report/index.ts'
import { type Settings, loadSettings } from '../settings/index.ts'
import { type Intake, SqliteHostMemory, SqlitePolicyCache, SqliteStore } from '../store/index.ts'
import { closeEvidence, openEvidence } from './evidence.ts'
import { type Exit, exits } from './exit.ts'
import { requireRecipients, takeIn, tellIntake } from './intake.ts'
import { openKept } from './kept.ts'
import { makePreflight } from './preflight.ts'
import { type Progress, createProgress } from './progress.ts'
import { openRecipients, tellForm } from './recipients.ts'
import { exitOfReport, readReport } from './report.ts'
import { software } from './version.ts'
import { createExamination, createNetwork, createPolicy, createSts, depths } from './wiring.ts'

export interface SendArguments {
  readonly settings?: string
  readonly json?: boolean
  readonly dryRun?: boolean
  readonly now?: boolean
  readonly wait?: boolean
}

export async function runSend(path: string, given: SendArguments): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const campaign = await loadCampaign(path)
  if (given.dryRun) return runPreflight(campaign, settings, given)
  const stop = catchSignals()
  try {
    const progress = createProgress('sending')
    const { intake } = await sendCampaign(campaign, settings, {
      signal: stop.signal,
      now: given.now ?? false,
      wait: given.wait ?? false,
      progress,
    })
    progress.clear()
    if (intake) tellIntake(intake, campaign.list)
  } finally {
    stop.release()
  }
  const report = await readReport(settings.data, campaign.name)
  if (given.json) process.stdout.write(`${json(report)}\n`)
  else process.stdout.write(printReport(report, process.stdout.columns))
  if (report.summary.held + report.summary.deferred + report.summary.waiting > 0) {
    process.stderr.write(`\nRun the same command again to go on; --now tries at once what is held or put off.\n`)
  }
  return stop.exit() ?? exitOfReport(report)
}

async function runPreflight(campaign: Campaign, settings: Settings, given: SendArguments): Promise<Exit> {
  using kept = openKept(settings)
  const context = createExamination(settings, await createNetwork(settings), depths.verdict, kept.cache)
  const preflight = await makePreflight(campaign, settings, context, kept.memory, createProgress('checking'))
  process.stdout.write(given.json ? `${json(preflight)}\n` : printPreflight(preflight, process.stdout.columns))
  const { hold, fail, later } = preflight.summary
  return hold + fail > 0 ? exits.below : later > 0 ? exits.untested : exits.fine
}

export interface SendOptions {
  readonly signal: AbortSignal
  /** Try at once what is held or put off. */
  readonly now: boolean
  readonly wait: boolean
  readonly progress: Progress
}

/**
 * Takes a campaign in, or goes on with it, and sends what is due. Everything that could be wrong with its files is found
 * before anything is written.
 */
export async function sendCampaign(
  campaign: Campaign,
  settings: Settings,
  options: SendOptions,
): Promise<{ readonly counts: Counts; readonly intake: Intake | undefined }> {
  using list = await openRecipients(campaign, settings)
  tellForm(list, campaign.list)
  const frozen = await freezeCampaign(campaign, list.digest)
  await checkTemplates(frozen, list.columns)
  const credentials = await resolveCredentials(campaign, process.env)
  const network = await createNetwork(settings)
  const recipients = await requireRecipients(list.rows(), campaign.list)
  using store = SqliteStore.open(settings.data)
  using cache = SqlitePolicyCache.open(settings.data)
  using memory = SqliteHostMemory.open(settings.data, systemClock)
  const log = await openEvidence(settings.data, store)
  try {
    const intake = await takeIn(frozen, list.rows(), store, (taken) => {
      options.progress.show(taken, recipients, 'taken in')
    })
    if (options.now) await store.hurry(frozen.name)
    const note = (act: 'campaign-started' | 'campaign-finished' | 'campaign-interrupted', counts: Counts): void => {
      const { total, sent, held, deferred, failed } = counts
      log.append({
        kind: 'act',
        time: new Date(systemClock.now()).toISOString(),
        act,
        detail: { campaign: frozen.name, digest: frozen.digest, total, sent, held, deferred, failed },
      })
    }
    if (intake) note('campaign-started', await store.counts(frozen.name))
    const renderer = createRenderer(frozen)
    const counts = await runQueue({
      ...network,
      ...queueOptions(settings, campaign, frozen),
      decidePolicy: createPolicy(campaign, settings, createSts(settings, network, cache)),
      memory,
      store,
      source: {
        render: async (item) =>
          renderer.render({
            id: `${item.id}.${frozen.digest.slice(0, 16)}`,
            address: item.address,
            columns: item.columns,
            createdAt: item.createdAt,
          }),
      },
      recorder: log,
      credentials,
      wait: options.wait,
      signal: options.signal,
      onSettled: createTicker(store, frozen.name, options.progress),
    })
    note(options.signal.aborted ? 'campaign-interrupted' : 'campaign-finished', counts)
    return { counts, intake }
  } finally {
    await closeEvidence(log, store)
  }
}

function queueOptions(settings: Settings, campaign: Campaign, frozen: FrozenCampaign) {
  const { delivery, network } = settings
  return {
    campaign: frozen.name,
    route:
      campaign.route.kind === 'direct'
        ? { kind: 'direct', port: network.port, allowPrivateAddresses: network.allowPrivateAddresses }
        : campaign.route,
    schedule: { retryMs: delivery.retry, giveUpMs: delivery.giveUp },
    connections: delivery.connections,
    lanes: delivery.lanes,
    messagesPerConnection: delivery.messagesPerConnection,
    batch: 50,
    timeouts: delivery.timeouts,
    clock: systemClock,
    random: Math.random,
    software,
  } satisfies Partial<RunOptions>
}

/** Shows progress now and then: counting a long queue takes a while itself, and shall never be most of the work. */
function createTicker(store: SqliteStore, campaign: string, progress: Progress): () => void {
  let next = 0
  return () => {
    const started = performance.now()
    if (!progress.visible || started < next) return
    next = Number.POSITIVE_INFINITY
    store
      .counts(campaign)
      .then(({ total, sent, held, deferred, failed }) => {
        const detail = `${printNumber(sent)} sent, ${printNumber(held)} held, ${printNumber(deferred)} put off, ${printNumber(failed)} failed`
        progress.show(sent + held + deferred + failed, total, detail)
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
