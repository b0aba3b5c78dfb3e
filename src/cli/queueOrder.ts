import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { parseFrozen } from '../campaign/index.ts'
import { type Level, levels, stricter } from '../policy/index.ts'
import type { MessageOrder } from '../queue/index.ts'
import { printCount } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { QueueReader, type Tally } from '../store/index.ts'
import { confirmOnTerminal } from './confirm.ts'
import { type Exit, exits } from './exit.ts'
import { signOrder } from './giveOrder.ts'
import { type FilterArguments, readFilter } from './queueFilter.ts'
import { chooseCampaign } from './report.ts'
import { tellOrder } from './tellOrder.ts'

export interface OrderArguments extends FilterArguments {
  readonly settings?: string
  readonly yes?: boolean
  /** With `release`. */
  readonly level?: Level
}

const intents = {
  release: 'go on at a lower level',
  retry: 'be tried at once',
  fail: 'be given up: they count as failed',
  drop: 'be taken out of the queue: they are not sent, and do not count as failed',
} as const

/** What a person orders of messages that wait: shown, confirmed, and carried out by whoever has the queue in hand. */
export async function runQueueOrder(kind: MessageOrder['kind'], given: OrderArguments): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const filter = readFilter(given)
  // Nobody gives up or releases a whole queue by leaving an option out.
  if (kind !== 'retry' && filter.campaign === undefined && filter.domain === undefined && filter.addressKey === undefined)
    throw new SealpostError('SP_USAGE', {
      what: 'It is not said which messages are meant',
      next: 'Name a campaign, a domain or an address with --campaign, --domain or --address.',
    })
  const order = compose(kind, filter, given.level)
  const chosen = lookUp(order, settings.data)
  if (chosen.length === 0) {
    process.stdout.write(`There is nothing to ${kind}: no message ${kind === 'release' ? 'is held' : 'waits'} that is so.\n`)
    return exits.below
  }
  if (kind !== 'retry') {
    process.stderr.write(`${describe(order, chosen).join('\n')}\n`)
    if (!given.yes && !(await confirmOnTerminal('Do it? [y/N] '))) {
      process.stdout.write('Nothing was done.\n')
      return exits.below
    }
  }
  return tellOrder(order, settings)
}

function compose(kind: MessageOrder['kind'], filter: MessageOrder['filter'], level: Level | undefined): MessageOrder {
  const signed = signOrder()
  if (kind !== 'release') return { ...signed, kind, filter }
  if (level === undefined) throw new SealpostError('SP_USAGE', { what: 'It is not said to which level: --level' })
  return { ...signed, kind, filter, level }
}

/** @throws SealpostError SP_USAGE where there is no such campaign, or a release would not lower anything */
function lookUp(order: MessageOrder, folder: string): readonly Tally[] {
  using reader = QueueReader.open(folder)
  if (order.filter.campaign !== undefined) chooseCampaign(reader, folder, order.filter.campaign)
  const chosen = reader.tally(order)
  if (order.kind !== 'release') return chosen
  for (const { campaign } of chosen) {
    const stored = reader.campaign(campaign)
    if (!stored) continue
    const { level, domains } = parseFrozen(stored.frozen)
    const asked = Object.values(domains).reduce(stricter, level)
    if (levels.indexOf(order.level) >= levels.indexOf(asked))
      throw new SealpostError('SP_USAGE', {
        where: campaign,
        what: `Level ${order.level} is not lower than what the campaign asks (${asked})`,
        next: 'What is held there waits for what the domains themselves demand: sealpost policy DOMAIN shows it.',
      })
  }
  return chosen
}

function describe(order: MessageOrder, chosen: readonly Tally[]): string[] {
  const lines = chosen.map(
    ({ campaign, messages, domains, domain }) =>
      `${printCount(messages, 'message')} of campaign ${visible(campaign, 100)} to ${domain === undefined ? printCount(domains, 'domain') : visible(domain, 253)}`,
  )
  lines.push(`will ${intents[order.kind]}. What is in flight at that moment is not touched.`)
  if (order.kind !== 'release') return lines
  const plain =
    order.level === 'opportunistic'
      ? 'At level opportunistic they travel in PLAINTEXT where the other side offers no encryption.'
      : `At level ${order.level} they travel encrypted, to ${order.level === 'encrypted' ? 'a server whose certificate proves nothing' : 'a server with a right certificate whose name nobody vouches for'} if need be.`
  return [
    ...lines,
    plain,
    'What the domains themselves demand is not lifted (DANE, MTA-STS, and what a host offered before), nor REQUIRETLS, nor what a log-in at a relay takes: what waits for that is held again.',
    'The evidence log records the release.',
  ]
}
