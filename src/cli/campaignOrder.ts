import { visible } from '../escape.ts'
import type { CampaignOrder } from '../queue/index.ts'
import { printCount } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { QueueReader } from '../store/index.ts'
import { confirmOnTerminal } from './confirm.ts'
import { type Exit, exits } from './exit.ts'
import { signOrder } from './giveOrder.ts'
import { chooseCampaign } from './report.ts'
import { tellOrder } from './tellOrder.ts'

export interface CampaignOrderArguments {
  readonly settings?: string
  readonly yes?: boolean
}

/** Lets a campaign rest, go on, or end: carried out by whoever has the queue in hand. */
export async function runCampaignOrder(
  kind: CampaignOrder['kind'],
  campaign: string,
  given: CampaignOrderArguments,
): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const { sent, held, deferred, waiting } = countCampaign(settings.data, campaign)
  const left = held + deferred + waiting
  if (left === 0 && kind !== 'resume') {
    process.stdout.write(`There is nothing to ${kind}: no message of ${visible(campaign, 100)} waits.\n`)
    return exits.below
  }
  if (kind === 'cancel') {
    process.stderr.write(
      `${printCount(left, 'message')} of campaign ${visible(campaign, 100)} will not be sent; ${printCount(sent, 'message')} ${sent === 1 ? 'was' : 'were'}. What is in flight at that moment may still arrive. This cannot be undone.\n`,
    )
    if (!given.yes && !(await confirmOnTerminal('Cancel it? [y/N] '))) {
      process.stdout.write('Nothing was done.\n')
      return exits.below
    }
  }
  const order: CampaignOrder = { ...signOrder(), kind, campaign }
  return tellOrder(order, settings)
}

function countCampaign(folder: string, name: string) {
  using reader = QueueReader.open(folder)
  return reader.countsOf(chooseCampaign(reader, folder, name).name)
}
