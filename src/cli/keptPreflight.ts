import { existsSync } from 'node:fs'
import { type Campaign, freezeCampaign } from '../campaign/index.ts'
import { systemClock } from '../clock.ts'
import type { Preflight } from '../report/index.ts'
import { OrderBook } from '../store/index.ts'

/** Remembers what a pre-flight came to, where there is a data folder: looking at a campaign makes none. */
export async function keepPreflight(campaign: Campaign, { summary }: Preflight, folder: string): Promise<void> {
  if (!existsSync(folder)) return
  const { digest } = await freezeCampaign(campaign)
  using book = OrderBook.open(folder)
  book.keepPreflight(campaign.name, { digest, at: systemClock.now(), ...summary })
}
