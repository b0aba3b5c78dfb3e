import type { Sendable } from './job.ts'
import { noteCampaign } from './noteCampaign.ts'
import type { RunChoices, Sender } from './sender.ts'

/** Milliseconds between two looks at whether a campaign's time has come: a person may change it, or let it go on. */
const lookMs = 5_000

/**
 * Sends campaigns as their times come, and writes into the evidence that each has begun before its first message. It is
 * told again where a process ended after that, and before anything was tried.
 *
 * @param noted those of which the evidence says so already
 */
export async function sendInTime(
  sender: Sender,
  campaigns: readonly Sendable[],
  choices: RunChoices,
  noted: ReadonlySet<string> = new Set(),
): Promise<void> {
  const { failed } = sender
  const begun: Sendable[] = []
  let ahead = [...campaigns]
  for (;;) {
    const next: Sendable[] = []
    for (const campaign of ahead) {
      if (!hasTimeCome(campaign, sender)) next.push(campaign)
      else {
        if (!noted.has(campaign.frozen.name)) await noteStart(campaign, sender)
        begun.push(campaign)
      }
    }
    ahead = next
    if (!choices.wait || ahead.length === 0) {
      await sender.send(begun, choices)
      return
    }
    await sendUntilNext(sender, begun, ahead, choices)
    if (choices.signal.aborted || failed.aborted) return
    ahead = await withSomethingLeft(ahead, sender)
  }
}

/** Sends what has begun until something else is to begin; stays for that where all of it is at its end. */
async function sendUntilNext(
  sender: Sender,
  begun: readonly Sendable[],
  ahead: readonly Sendable[],
  choices: RunChoices,
): Promise<void> {
  const comes = new AbortController()
  const over = new AbortController()
  const waiting = untilOneComes(ahead, sender, AbortSignal.any([choices.signal, sender.failed, over.signal])).finally(() => {
    comes.abort()
  })
  try {
    if (begun.length > 0) await sender.send(begun, { ...choices, signal: AbortSignal.any([choices.signal, comes.signal]) })
  } catch (error) {
    over.abort()
    await waiting.catch(() => undefined)
    throw error
  }
  await waiting
}

async function untilOneComes(ahead: readonly Sendable[], sender: Sender, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (ahead.some((campaign) => hasTimeCome(campaign, sender))) return
    if ((await withSomethingLeft(ahead, sender)).length < ahead.length) return
    const until = Math.min(...ahead.map(({ frozen }) => startOf(frozen.name, sender))) - sender.clock.now()
    // One that rests at its time is looked at again and again.
    await sender.clock.sleep(until > 0 ? Math.min(lookMs, until) : lookMs, signal).catch(() => undefined)
  }
}

/** A campaign that a person lets rest before its first message has not begun. */
function hasTimeCome({ frozen: { name } }: Sendable, sender: Sender): boolean {
  return startOf(name, sender) <= sender.clock.now() && !sender.book.paused().has(name)
}

/** Milliseconds since the epoch. */
function startOf(name: string, { store }: Sender): number {
  return store.campaign(name)?.createdAt ?? 0
}

/** One may be cancelled before it begins. */
async function withSomethingLeft(campaigns: readonly Sendable[], { store }: Sender): Promise<Sendable[]> {
  const dues = await Promise.all(campaigns.map(async ({ frozen }) => store.nextDue(frozen.name)))
  return campaigns.filter((_, index) => dues[index] !== undefined)
}

async function noteStart({ frozen }: Sendable, sender: Sender): Promise<void> {
  const { sent, held, deferred, failed, waiting } = await sender.store.counts(frozen.name)
  if (waiting > 0 && sent + held + deferred + failed === 0) await noteCampaign('campaign-started', frozen, sender)
}
