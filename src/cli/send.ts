import { type Campaign, type FrozenCampaign, loadCampaign, printMoment, resolveCredentials } from '../campaign/index.ts'
import { type Clock, systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import type { Counts } from '../queue/index.ts'
import { printCompliance, printNumber, printReport } from '../report/index.ts'
import { type Settings, loadSettings } from '../settings/index.ts'
import type { Intake, QueueDatabase } from '../store/index.ts'
import { type CheckedCampaign, brokenRules, checkReady, isNotReady } from './checkReady.ts'
import { confirmOnTerminal } from './confirm.ts'
import { describeOrder } from './describeOrder.ts'
import { type Exit, exits } from './exit.ts'
import { takeIn, tellIntake } from './intake.ts'
import { noteCampaign, noteForced } from './noteCampaign.ts'
import { runPreflights } from './preflightCommand.ts'
import { printAll } from './printAll.ts'
import { type Progress, createProgress } from './progress.ts'
import { makeReady } from './ready.ts'
import { exitOfReport, readReport } from './report.ts'
import { bringUpToDate, findScheduled } from './scheduled.ts'
import { Sender } from './sender.ts'
import { sendInTime } from './sendInTime.ts'
import { catchSignals } from './signals.ts'
import { openSource } from './source.ts'
import { createNetwork } from './wiring.ts'

export interface SendArguments {
  readonly settings?: string
  readonly json?: boolean
  readonly dryRun?: boolean
  /** Send though the check before the first message says that the campaign is not ready. */
  readonly force?: boolean
  readonly now?: boolean
  readonly wait?: boolean
  /** With `now`: begin what is scheduled for later without asking. */
  readonly yes?: boolean
}

export async function runSend(paths: readonly string[], given: SendArguments): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const campaigns = await Promise.all(paths.map(async (path) => loadCampaign(path)))
  refuseSameName(campaigns)
  if (given.dryRun) return runPreflights(campaigns, settings, given.json ? 'json' : 'text')
  const scheduled = findScheduled(campaigns, settings.data, systemClock.now())
  for (const line of scheduled) process.stderr.write(`${line}\n`)
  if (given.now && scheduled.length > 0 && !given.yes && !(await confirmOnTerminal('Send now all the same? [y/N] '))) {
    process.stdout.write('Nothing was done.\n')
    return exits.below
  }
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
    process.stderr.write(
      scheduled.length === campaigns.length
        ? `\nsealpost run sends it at its time, or this command with --wait; --now sends it at once.\n`
        : `\nRun the same command again to go on; --now tries at once what is held or put off.\n`,
    )
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
  readonly clock?: Clock
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

/**
 * Takes campaigns in, or goes on with them, and sends what is due of all of them. Everything that could be wrong with
 * their files is found before anything is written.
 */
export async function sendCampaigns(campaigns: readonly Campaign[], settings: Settings, options: SendOptions): Promise<Sending> {
  using opened = new DisposableStack()
  const ready = []
  for (const campaign of campaigns)
    ready.push({
      ...(await makeReady(campaign, settings, opened)),
      credentials: await resolveCredentials(campaign, process.env),
    })
  const clock = options.clock ?? systemClock
  const network = await createNetwork(settings)
  // Whose sending had begun is known by the queue: what it holds must be readable.
  await bringUpToDate(settings.data)
  const wrong = (await checkReady(ready, settings, network.resolver)).filter(isNotReady)
  if (wrong.length > 0 && !options.force) return { kind: 'stopped', checks: wrong }
  await using sender = await Sender.open({
    settings,
    clock,
    network,
    onOrder: (order, result) => {
      options.progress.clear()
      process.stderr.write(`${describeOrder(order, result)}\n`)
    },
  })
  const { store } = sender
  for (const { frozen } of ready) refusePast(frozen, sender, options.now)
  const intakes = []
  const sendable = []
  const started = new Set<string>()
  for (const { frozen, credentials, list, recipients } of ready) {
    const source = await openSource(frozen, settings, 'sending', sender.suppressions.refusesCounting)
    sendable.push({ frozen, credentials, source })
    const intake = await takeIn(frozen, list.rows(), sender, (taken) => {
      options.progress.show(taken, recipients, 'taken in')
    })
    intakes.push(intake)
    if (options.now) await beginNow(frozen.name, sender)
    const startsAt = store.campaign(frozen.name)?.createdAt ?? 0
    const later = startsAt > clock.now()
    const time = later ? { startsAt: new Date(startsAt).toISOString() } : {}
    if (intake && !later) started.add(frozen.name)
    if (intake) await noteCampaign(later ? 'campaign-scheduled' : 'campaign-started', frozen, sender, time)
    const forced = wrong.find(({ campaign }) => campaign === frozen.name)
    if (intake && forced) noteForced(frozen, brokenRules(forced), sender)
  }
  const names = ready.map(({ frozen }) => frozen.name)
  const choices = { wait: options.wait, signal: options.signal, onSettled: createTicker(store, names, options.progress) }
  await sendInTime(sender, sendable, choices, started)
  await sender.stop()
  const sent: SentCampaign[] = []
  for (const [index, { campaign, frozen }] of ready.entries()) {
    const counts = await store.counts(frozen.name)
    await noteCampaign(options.signal.aborted ? 'campaign-interrupted' : 'campaign-finished', frozen, sender)
    sent.push({ campaign, counts, intake: intakes[index] })
  }
  return { kind: 'sent', campaigns: sent }
}

/** @throws SealpostError SP_CAMPAIGN_INVALID for a campaign that was not taken in, and whose time is past */
function refusePast({ name, startsAt }: FrozenCampaign, { store, clock }: Sender, now: boolean): void {
  if (now || startsAt === undefined || startsAt.at > clock.now() || store.campaign(name)) return
  throw new SealpostError('SP_CAMPAIGN_INVALID', {
    where: name,
    what: `Its time (at: ${printMoment(startsAt)}) is past`,
    next: 'Write another time, or none; --now sends it at once.',
  })
}

/** What is scheduled begins, and what is held or put off is tried. */
async function beginNow(name: string, { store, clock }: Sender): Promise<void> {
  if ((store.campaign(name)?.createdAt ?? 0) > clock.now()) await store.startAt(name, clock.now())
  await store.hurry(name)
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
