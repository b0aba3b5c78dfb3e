import type { SentMessage, SentMessages } from '../bounce/index.ts'
import { addressKey } from '../list/index.ts'
import type { QueueDesk } from '../queue/index.ts'
import { parseAddress } from '../smtp/index.ts'
import type { StoredCampaign } from '../store/index.ts'

/** The queue, as far as bounces ask for it. */
interface Queue extends Pick<QueueDesk, 'find'> {
  campaign(name: string): StoredCampaign | undefined
}

/** Looks messages up in the queue by their numbers. */
export function createSentMessages(queue: Queue): SentMessages {
  const campaigns = new Map<string, StoredCampaign | undefined>()
  return {
    find: async (id): Promise<SentMessage | undefined> => {
      const [line] = queue.find({ id })
      if (!line) return undefined
      const { campaign: name, address } = line
      if (!campaigns.has(name)) campaigns.set(name, queue.campaign(name))
      const campaign = campaigns.get(name)
      const parsed = parseAddress(address)
      if (!campaign || parsed.kind === 'invalid') return undefined
      const { digest, createdAt } = campaign
      return { id, campaign: name, digest, address, addressKey: addressKey(parsed), createdAt, tried: line.attempts > 0 }
    },
  }
}
