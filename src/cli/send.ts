import { systemClock } from '../clock.ts'
import {
  type Campaign,
  type FrozenCampaign,
  checkTemplates,
  createHeaderGuard,
  freezeCampaign,
  loadCampaign,
  resolveCredentials,
} from '../campaign/index.ts'
import { type Compliance, ListSurvey } from '../compliance/index.ts'
import { SealpostError } from '../errors.ts'
import type { ActEntry } from '../evidence/index.ts'
import { type Counts, TicketStore, createRecorder, runQueue } from '../queue/index.ts'
import { printCompliance, printNumber, printReport } from '../report/index.ts'
import { type Settings, loadSettings } from '../settings/index.ts'
import {
  type Intake,
  OrderBook,
  QueueDatabase,
  SqliteGreylistMemory,
  SqliteHostMemory,
  SqlitePolicyCache,
  SqliteSuppressionList,
  SuppressionGate,
} from '../store/index.ts'
import { examineCompliance } from './compliance.ts'
import { describeOrder } from './describeOrder.ts'
import { closeEvidence, openEvidence } from './evidence.ts'
import { type Exit, exits } from './exit.ts'
import { requireRecipients, takeIn, tellIntake } from './intake.ts'
import { type Sendable, createJob } from './job.ts'
import { OrderWatch } from './orderWatch.ts'
import { runPreflights } from './preflightCommand.ts'
import { printAll } from './printAll.ts'
import { type Progress, createProgress } from './progress.ts'
import { type Recipients, openRecipients, tellForm } from './recipients.ts'
import { exitOfReport, readReport } from './report.ts'
import { guardRows, readSamples } from './sampleRow.ts'
import { openSource } from './source.ts'
import { software } from './version.ts'
import { type Network, createLimits, createNetwork, createSts } from './wiring.ts'

export interface SendArguments {
  readonly settings?: string
  readonly json?: boolean
  readonly dryRun?: boolean
  /** Send though the check before the first message says that the campaign is not ready. */
  readonly force?: boolean
  readonly now?: boolean
  readonly wait?: boolean
}

export async function runSend(paths: readonly string[], given: SendArguments): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const campaigns = await Promise.all(paths.map(async (path) => loadCampaign(path)))
  refuseSameName(campaigns)
  if (given.dryRun) return runPreflights(campaigns, settings, given.json ? 'json' : 'text')
  const stop = catchSignals()
  try {
    const progress = createProgress('sending')
    const sending = await sendCampaigns(campaigns, settings, {
      signal: stop.signal,
      force: given.force ?? false,
      now: given.now ?? false,
      wait: given.wait ?? false,
      progress,
    })
    progress.clear()
    if (sending.kind === 'stopped') return tellStopped(sending.checks, given)
    for (const { intake, campaign } of sending.campaigns) if (intake) tellIntake(intake, campaign.list)
  } finally {
    stop.release()
  }
  const reports = await Promise.all(campaigns.map(async ({ name }) => readReport(settings.data, name)))
  printAll(reports, given.json === true, (report) => printReport(report, process.stdout.columns))
  if (reports.some(({ summary: { held, deferred, waiting } }) => held + deferred + waiting > 0)) {
    process.stderr.write(`\nRun the same command again to go on; --now tries at once what is held or put off.\n`)
  }
  return stop.exit() ?? worst(reports.map(exitOfReport))
}

/** Nothing was sent: says what has to be mended first. */
function tellStopped(checks: readonly CheckedCampaign[], given: SendArguments): Exit {
  if (given.json) printAll(checks, true, () => '')
  else
    for (const { campaign, compliance } of checks)
      process.stdout.write(`Campaign ${campaign}: nothing was sent.\n${printCompliance(compliance, process.stdout.columns)}\n`)
  process.stderr.write(
    'Mend what is named and run the same command again; --force sends all the same, and is kept in the evidence.\n',
  )
  return exits.below
}

function worst(all: readonly Exit[]): Exit {
  return all.includes(exits.below) ? exits.below : all.includes(exits.untested) ? exits.untested : exits.fine
}

function refuseSameName(campaigns: readonly Campaign[]): void {
  const names = campaigns.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new SealpostError('SP_USAGE', { what: `Two of the campaigns are named ${twice}` })
}

export interface SendOptions {
  readonly signal: AbortSignal
  /** Try at once what is held or put off. */
  readonly now: boolean
  readonly wait: boolean
  /** Send campaigns that are not ready, too. */
  readonly force: boolean
  readonly progress: Progress
}

/** What the rules say of a campaign that is to begin. */
export interface CheckedCampaign {
  readonly campaign: string
  readonly compliance: Compliance
}

/** Campaigns that go on are not looked at again: some of their messages are out. */
export type Sending =
  | { readonly kind: 'sent'; readonly campaigns: readonly SentCampaign[] }
  | { readonly kind: 'stopped'; readonly checks: readonly CheckedCampaign[] }

export interface SentCampaign {
  readonly campaign: Campaign
  readonly counts: Counts
  /** Where it was taken in by this run. */
  readonly intake: Intake | undefined
}

/** A campaign with all that can be wrong with its files found. */
interface Ready extends Sendable {
  readonly list: Recipients
  readonly recipients: number
  readonly survey: ListSurvey
}

/**
 * Takes campaigns in, or goes on with them, and sends what is due of all of them. Everything that could be wrong with
 * their files is found before anything is written.
 */
export async function sendCampaigns(campaigns: readonly Campaign[], settings: Settings, options: SendOptions): Promise<Sending> {
  const ready: Ready[] = []
  using opened = new DisposableStack()
  for (const campaign of campaigns) ready.push(await makeReady(campaign, settings, opened))
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
  using book = OrderBook.open(settings.data)
  const checks = await checkNew(ready, settings, network, store)
  const wrong = checks.filter(({ compliance }) => compliance.verdict === 'not ready')
  if (wrong.length > 0 && !options.force) return { kind: 'stopped', checks: wrong }
  const log = await openEvidence(settings.data, store)
  let orders: OrderWatch | undefined
  try {
    // Before anything is taken in: what was ordered is meant for what was there then.
    orders = await OrderWatch.start({ store, log, book, clock: systemClock }, (order, result) => {
      options.progress.clear()
      process.stderr.write(`${describeOrder(order, result)}\n`)
    })
    const { failed } = orders
    const paused = (): ReadonlySet<string> => orders?.paused ?? new Set()
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
      const forced = wrong.find(({ campaign }) => campaign === frozen.name)
      if (intake && forced) log.append(describeForced(forced, frozen))
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
      paused,
      signal: AbortSignal.any([options.signal, failed]),
      onSettled: createTicker(
        store,
        jobs.map(({ campaign }) => campaign),
        options.progress,
      ),
    })
    await orders.stop()
    const sent: SentCampaign[] = []
    for (const [index, { campaign, frozen }] of ready.entries()) {
      const counts = await store.counts(frozen.name)
      note(options.signal.aborted ? 'campaign-interrupted' : 'campaign-finished', frozen, counts)
      sent.push({ campaign, counts, intake: intakes[index] })
    }
    return { kind: 'sent', campaigns: sent }
  } finally {
    // What kept orders from being carried out was thrown above, or comes second to what is thrown now.
    await orders?.stop().catch(() => undefined)
    await closeEvidence(log, store)
  }
}

async function makeReady(campaign: Campaign, settings: Settings, opened: DisposableStack): Promise<Ready> {
  const list = opened.use(await openRecipients(campaign, settings))
  tellForm(list, campaign.list)
  const frozen = await freezeCampaign(campaign, list.digest)
  await checkTemplates(frozen, list.columns, await readSamples(list))
  const credentials = await resolveCredentials(campaign, process.env)
  const survey = new ListSurvey(list, Math.random)
  const rows = guardRows(list.rows(), createHeaderGuard(frozen))
  const recipients = await requireRecipients(rows, campaign.list, (row) => {
    survey.add(row)
  })
  const source = await openSource(campaign, frozen, settings, 'sending')
  return { campaign, frozen, credentials, source, list, recipients, survey }
}

/** Holds campaigns that have not begun against the rules of receivers and laws. */
async function checkNew(
  ready: readonly Ready[],
  settings: Settings,
  { resolver }: Network,
  store: QueueDatabase,
): Promise<readonly CheckedCampaign[]> {
  const checks: CheckedCampaign[] = []
  for (const { campaign, frozen, source, list, survey } of ready) {
    if (store.campaign(frozen.name)) continue
    const examined = { campaign, frozen, source, survey, writtenAt: await list.writtenAt() }
    const compliance = await examineCompliance(examined, settings, resolver)
    checks.push({ campaign: frozen.name, compliance })
  }
  return checks
}

/** What a person overruled is part of the proof. */
function describeForced({ compliance }: CheckedCampaign, { name, digest }: FrozenCampaign): ActEntry {
  const rules = compliance.findings.flatMap(({ rule, severity }) => (severity === 'error' ? [rule] : [])).join(' ')
  const time = new Date(systemClock.now()).toISOString()
  return { kind: 'act', time, act: 'campaign-forced', detail: { campaign: name, digest, rules } }
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
