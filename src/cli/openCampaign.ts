import { type Campaign, type FrozenCampaign, freezeCampaign } from '../campaign/index.ts'
import type { Settings } from '../settings/index.ts'
import { type Recipients, openRecipients, tellForm } from './recipients.ts'

/** A campaign as it would be sent now, with its list. Disposing of it closes the list. */
export interface OpenCampaign extends Disposable {
  readonly frozen: FrozenCampaign
  readonly list: Recipients
}

/** Opens a campaign's list, tells on stderr how it is read, and freezes the campaign. */
export async function openCampaign(campaign: Campaign, settings: Settings): Promise<OpenCampaign> {
  using stack = new DisposableStack()
  const list = stack.use(await openRecipients(campaign, settings))
  tellForm(list, campaign.list)
  const frozen = await freezeCampaign(campaign, list.digest)
  const opened = stack.move()
  return {
    frozen,
    list,
    [Symbol.dispose]: () => {
      opened.dispose()
    },
  }
}
