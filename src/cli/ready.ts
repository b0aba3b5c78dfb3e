import { type Campaign, type FrozenCampaign, checkTemplates, createHeaderGuard } from '../campaign/index.ts'
import { ListSurvey } from '../compliance/index.ts'
import type { MessageSource } from '../queue/index.ts'
import type { Settings } from '../settings/index.ts'
import { requireRecipients } from './intake.ts'
import { openCampaign } from './openCampaign.ts'
import type { Recipients } from './recipients.ts'
import { guardRows, readSamples } from './sampleRow.ts'
import { openSource } from './source.ts'

/** A campaign with all that can be wrong with its files found. */
export interface Ready {
  readonly campaign: Campaign
  readonly frozen: FrozenCampaign
  readonly list: Recipients
  readonly recipients: number
  readonly survey: ListSurvey
  /** Makes its messages as sending does, and leaves no key behind. */
  readonly samples: MessageSource
}

/**
 * Looks at everything that a campaign is made of, and writes nothing.
 *
 * @param opened closes the list
 */
export async function makeReady(campaign: Campaign, settings: Settings, opened: DisposableStack): Promise<Ready> {
  const { frozen, list } = opened.use(await openCampaign(campaign, settings))
  await checkTemplates(frozen, list.columns, await readSamples(list))
  const samples = await openSource(frozen, settings, 'samples')
  const survey = new ListSurvey(list, Math.random)
  const rows = guardRows(list.rows(), createHeaderGuard(frozen))
  const recipients = await requireRecipients(rows, campaign.list, (row) => {
    survey.add(row)
  })
  return { campaign, frozen, list, recipients, survey, samples }
}
