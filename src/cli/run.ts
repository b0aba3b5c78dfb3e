import { parseFrozen, resolveCredentials } from '../campaign/index.ts'
import { type Clock, systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { type Settings, loadSettings } from '../settings/index.ts'
import { describeOrder } from './describeOrder.ts'
import { type Exit, exits } from './exit.ts'
import type { Sendable } from './job.ts'
import { noteCampaign } from './noteCampaign.ts'
import { notifyReady } from './notify.ts'
import { Sender } from './sender.ts'
import { sendInTime } from './sendInTime.ts'
import { catchSignals } from './signals.ts'
import { openSource } from './source.ts'

/** Milliseconds between two looks at which campaigns are at their end, and after which one that could not be sent is tried again. */
const looks = { endedMs: 5_000, againMs: 600_000 } as const

/** Sends whatever is due in the data folder, and stays until it is stopped: for a service manager. */
export async function runRun(given: { readonly settings?: string }, clock: Clock = systemClock): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const stop = catchSignals()
  try {
    let renew = new AbortController()
    await using sender = await Sender.open({
      settings,
      clock,
      onOrder: (order, result) => {
        process.stderr.write(`${describeOrder(order, result)}\n`)
        if (order.kind === 'schedule' && result.kind === 'done') renew.abort()
      },
    })
    process.stderr.write('Sending what is due, until it is stopped.\n')
    await notifyReady(process.env)
    while (!stop.signal.aborted && !sender.failed.aborted) {
      renew = new AbortController()
      await sendAll(sender, settings, AbortSignal.any([stop.signal, sender.failed, renew.signal]), stop.signal)
    }
    await sender.stop()
    return stop.exit() ?? exits.fine
  } finally {
    stop.release()
  }
}

/** Sends all campaigns that are not at their end until the signal: there is a new one, or the run is to end. */
async function sendAll(sender: Sender, settings: Settings, signal: AbortSignal, stopped: AbortSignal): Promise<void> {
  const { clock } = sender
  const { ready, missing } = await gather(sender, settings)
  const again = new AbortController()
  const untimed = missing ? clock.timer(looks.againMs, () => again.abort()) : () => undefined
  const until = AbortSignal.any([signal, again.signal])
  const open = new Set(ready)
  const watch = new AbortController()
  const watching = noteEnds(open, sender, watch.signal)
  try {
    await sendInTime(sender, ready, { wait: true, signal: until, onSettled: () => undefined })
  } finally {
    watch.abort()
    await watching
    untimed()
  }
  for (const campaign of open) {
    const ended = await isAtEnd(campaign, sender)
    if (ended || stopped.aborted)
      await noteCampaign(ended ? 'campaign-finished' : 'campaign-interrupted', campaign.frozen, sender)
  }
  // Nothing is left that could become due: until a campaign comes.
  if (!until.aborted) await sleepUntil(clock, until)
}

async function sleepUntil(clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await clock.sleep(looks.againMs, signal).catch(() => undefined)
}

/** Campaigns with something left, from what was frozen of them; whether one had to be left out. */
async function gather(
  { store, book, suppressions }: Sender,
  settings: Settings,
): Promise<{ readonly ready: readonly Sendable[]; readonly missing: boolean }> {
  const cancelled = book.cancelled()
  const ready: Sendable[] = []
  let missing = false
  for (const name of store.campaignNames()) {
    const stored = store.campaign(name)
    const { held, deferred, waiting } = await store.counts(name)
    if (!stored || held + deferred + waiting === 0 || cancelled.has(name)) continue
    try {
      const frozen = parseFrozen(stored.frozen)
      const credentials = await resolveCredentials(frozen, process.env)
      ready.push({ frozen, credentials, source: await openSource(frozen, settings, 'sending', suppressions.refusesCounting) })
    } catch (error) {
      // The others are sent all the same.
      if (!(error instanceof SealpostError)) throw error
      process.stderr.write(`Campaign ${visible(name, 100)} is not sent: ${visible(error.message, 1_000)}\n`)
      missing = true
    }
  }
  return { ready, missing }
}

/** Writes down when a campaign came to its end, while others go on. */
async function noteEnds(open: Set<Sendable>, sender: Sender, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sender.clock.sleep(looks.endedMs, signal).catch(() => undefined)
    if (signal.aborted) return
    for (const campaign of open) {
      if (!(await isAtEnd(campaign, sender))) continue
      open.delete(campaign)
      await noteCampaign('campaign-finished', campaign.frozen, sender)
      process.stderr.write(`Campaign ${visible(campaign.frozen.name, 100)} is at its end.\n`)
    }
  }
}

async function isAtEnd({ frozen: { name } }: Sendable, { store }: Sender): Promise<boolean> {
  // Quick to ask: counting a long queue is not.
  if ((await store.nextDue(name)) !== undefined) return false
  const { held, deferred, waiting } = await store.counts(name)
  return held + deferred + waiting === 0
}
