import { resolve } from 'node:path'
import { type Campaign, type Moment, loadCampaign, parseMoment, printMoment } from '../campaign/index.ts'
import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import type { ScheduleOrder } from '../queue/index.ts'
import { printCompliance, printCount } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { brokenRules, checkReady, isNotReady } from './checkReady.ts'
import { describeOrder } from './describeOrder.ts'
import { type Exit, exits } from './exit.ts'
import { giveOrder, signOrder } from './giveOrder.ts'
import { makeReady } from './ready.ts'
import { createNetwork } from './wiring.ts'

export interface ScheduleArguments {
  readonly settings?: string
  readonly at?: string
  readonly force?: boolean
}

/** Further ahead, a time is more likely a slip of the pen. */
const longestMs = 2 * 366 * 86_400_000

/** Hands a campaign to whoever has the queue in hand, frozen as it is now, to begin at its time. */
export async function runCampaignSchedule(path: string, given: ScheduleArguments): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const campaign = await loadCampaign(path)
  const { at: startsAt, zone } = chooseMoment(campaign, given.at)
  using opened = new DisposableStack()
  const ready = await makeReady(campaign, settings, opened)
  const { frozen, recipients } = ready
  const { resolver } = await createNetwork(settings)
  const wrong = (await checkReady([ready], settings, resolver)).find(isNotReady)
  if (wrong && !given.force) {
    process.stdout.write(
      `Campaign ${frozen.name}: nothing was scheduled.\n${printCompliance(wrong.compliance, process.stdout.columns)}\n`,
    )
    process.stderr.write(
      'Mend what is named and run the same command again; --force schedules it all the same, and is kept in the evidence.\n',
    )
    return exits.below
  }
  const order: ScheduleOrder = {
    ...signOrder(),
    kind: 'schedule',
    campaign: frozen.name,
    digest: frozen.digest,
    file: resolve(path),
    startsAt,
    zone,
    ...(wrong ? { forced: [...brokenRules(wrong)] } : {}),
  }
  const result = await giveOrder(order, settings)
  if (!result) {
    const words = `${printCount(recipients, 'recipient')}, ${startsAt === 0 ? 'now' : printMoment({ at: startsAt, zone })}`
    process.stdout.write(
      `A sender has the queue in hand and is not done with it yet (${words}). The order is written down: it, or the next run within a day, carries it out.\n`,
    )
    return exits.untested
  }
  process.stdout.write(`${describeOrder(order, result)}\n`)
  if (result.kind === 'done')
    process.stdout.write(`sealpost run sends it, and everything else that is due; sealpost campaign show ${frozen.name} tells.\n`)
  return result.kind === 'done' ? exits.fine : exits.below
}

/** @returns `at: 0` for at once */
function chooseMoment({ startsAt }: Campaign, text: string | undefined): Moment {
  if (text === 'now') return { at: 0, zone: 'UTC' }
  const moment = text === undefined ? startsAt : readMoment(text)
  if (!moment) throw new SealpostError('SP_USAGE', { what: 'It is not said when: --at, or at in the campaign file' })
  const ahead = moment.at - systemClock.now()
  if (ahead > 0 && ahead <= longestMs) return moment
  throw new SealpostError('SP_USAGE', {
    where: printMoment(moment),
    what: ahead > 0 ? 'This time is more than two years ahead' : 'This time is past',
    next: 'Name a time that is to come, or --at now.',
  })
}

function readMoment(text: string): Moment {
  const moment = parseMoment(text)
  if (moment.kind === 'moment') return { at: moment.at, zone: moment.zone }
  throw new SealpostError('SP_USAGE', {
    where: `--at ${visible(text, 100)}`,
    what: `This time cannot be taken: ${moment.why}`,
    next: 'Write it as in --at "2026-12-01 09:00 Europe/Berlin".',
  })
}
