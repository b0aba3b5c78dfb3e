import { type Clock, systemClock } from '../clock.ts'
import { jsonLine } from '../escape.ts'
import { printNumber } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { QueueReader } from '../store/index.ts'
import { type CampaignLife, LifeReader } from './campaignLife.ts'
import { publishLife } from './campaignShow.ts'
import { type Exit, exits } from './exit.ts'
import { createProgress } from './progress.ts'
import { chooseCampaign } from './report.ts'

/** Milliseconds between two looks. */
const everyMs = 1_000

/** Shows how far a campaign is, from another terminal than the one that sends, until it is done or cancelled. */
export async function runCampaignWatch(
  name: string,
  given: { readonly settings?: string; readonly json?: boolean },
  clock: Clock = systemClock,
): Promise<Exit> {
  const { data } = await loadSettings(given.settings)
  requireCampaign(data, name)
  const progress = createProgress(name.slice(0, 20))
  let said = ''
  for (;;) {
    const life = look(data, name, clock.now())
    const line = given.json ? jsonLine({ at: new Date(clock.now()).toISOString(), ...publishLife(life) }) : describe(life)
    const news = given.json ? jsonLine(publishLife(life)) : line
    if (!given.json && progress.visible) showLine(life, progress)
    else if (news !== said) process.stdout.write(`${line}\n`)
    said = news
    const left = life.counts ? life.counts.held + life.counts.deferred + life.counts.waiting : 0
    if (left === 0) {
      progress.clear()
      if (!given.json && progress.visible) process.stdout.write(`${line}\n`)
      return life.state === 'done' && life.counts?.failed === 0 ? exits.fine : exits.below
    }
    await clock.sleep(everyMs)
  }
}

/** @throws SealpostError SP_FILE_MISSING, SP_USAGE */
function requireCampaign(folder: string, name: string): void {
  using reader = QueueReader.open(folder)
  chooseCampaign(reader, folder, name)
}

/** Opened for each look: a copy may be put back in its place meanwhile, and a reader that stays keeps the log from shrinking. */
function look(folder: string, name: string, now: number): CampaignLife {
  using reader = LifeReader.open(folder)
  return reader.read(name, now)
}

function describe({ name, state, counts }: CampaignLife): string {
  const number = (each: 'total' | 'sent' | 'held' | 'deferred' | 'failed' | 'dropped'): string => printNumber(counts?.[each] ?? 0)
  return `${name} is ${state}: ${number('sent')} of ${number('total')} sent, ${number('held')} held, ${number('deferred')} put off, ${number('failed')} failed, ${number('dropped')} not sent`
}

function showLine({ state, counts }: CampaignLife, progress: ReturnType<typeof createProgress>): void {
  if (!counts) return
  const { total, waiting, sent, held, deferred, failed } = counts
  const detail = `${state}: ${printNumber(sent)} sent, ${printNumber(held)} held, ${printNumber(deferred)} put off, ${printNumber(failed)} failed`
  // What is held or put off is not done: the bar is full when nothing is left.
  progress.show(total - waiting - held - deferred, total, detail)
}
