import { existsSync } from 'node:fs'
import { type Campaign, freezeCampaign } from '../campaign/index.ts'
import { systemClock } from '../clock.ts'
import type { Preflight } from '../report/index.ts'
import type { Settings } from '../settings/index.ts'
import { OrderBook } from '../store/index.ts'
import { openRecipients } from './recipients.ts'

/** Remembers what a pre-flight came to, where there is a data folder: looking at a campaign makes none. */
export async function keepPreflight(campaign: Campaign, { summary }: Preflight, settings: Pick<Settings, 'data'>): Promise<void> {
  if (!existsSync(settings.data)) return
  using list = await openRecipients(campaign, settings)
  const { digest } = await freezeCampaign(campaign, list.digest)
  using book = OrderBook.open(settings.data)
  book.keepPreflight(campaign.name, { digest, at: systemClock.now(), ...summary })
}
