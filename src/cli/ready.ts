import { type Campaign, type FrozenCampaign, checkTemplates, freezeCampaign } from '../campaign/index.ts'
import { type List, openList } from '../list/index.ts'
import { requireRecipients } from './intake.ts'

/** A campaign with all that can be wrong with its files found. */
export interface Ready {
  readonly campaign: Campaign
  readonly frozen: FrozenCampaign
  readonly list: List
  readonly recipients: number
}

/** Looks at everything that a campaign is made of, and writes nothing. */
export async function makeReady(campaign: Campaign): Promise<Ready> {
  const frozen = await freezeCampaign(campaign)
  const list = await openList(campaign.list, campaign)
  await checkTemplates(frozen, list.columns)
  return { campaign, frozen, list, recipients: await requireRecipients(list.rows(), campaign.list) }
}
