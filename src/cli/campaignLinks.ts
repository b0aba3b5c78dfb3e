import { parseFrozen } from '../campaign/index.ts'
import { SealpostError } from '../errors.ts'
import { csv } from '../escape.ts'
import { loadSettings } from '../settings/index.ts'
import { QueueReader, SqliteTrackingLedger } from '../store/index.ts'
import { type Exit, exits } from './exit.ts'
import { chooseCampaign } from './report.ts'
import { readCounts } from './trackedCounts.ts'

/** Prints how often each link was followed, as CSV: numbers and links, and nobody in them. */
export async function runCampaignLinks(
  name: string,
  given: { readonly settings?: string; readonly byDay?: boolean },
): Promise<Exit> {
  const { data } = await loadSettings(given.settings)
  using reader = QueueReader.open(data)
  using ledger = SqliteTrackingLedger.openExisting(data)
  const counted = readCounts(ledger, parseFrozen(chooseCampaign(reader, data, name).frozen))
  if (!counted?.clicks)
    throw new SealpostError('SP_USAGE', {
      where: name,
      what: 'The campaign does not count clicks',
      next: 'tracking: { clicks: true } in campaign.yaml switches it on, for campaigns that begin after that.',
    })
  const { links } = counted.clicks
  if (given.byDay) {
    process.stdout.write('day,link,url,clicks,recipients\n')
    for (const { kind, day, link, total, unique } of counted.days)
      if (kind === 'click' && link > 0)
        process.stdout.write(`${day},${link},${csv(links[link - 1]?.url ?? '')},${total},${unique}\n`)
    return exits.fine
  }
  process.stdout.write('link,url,clicks,recipients\n')
  for (const { link, url, total, unique } of links) process.stdout.write(`${link},${csv(url)},${total},${unique}\n`)
  return exits.fine
}
