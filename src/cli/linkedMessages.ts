import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type FrozenCampaign, parseFrozen } from '../campaign/index.ts'
import { addressKey } from '../list/index.ts'
import type { Counts, QueueDesk } from '../queue/index.ts'
import { parseAddress, parseMailbox } from '../smtp/index.ts'
import { QueueReader, type StoredCampaign } from '../store/index.ts'
import type { LinkedMessage, UnsubscribeDesk } from '../unsubscribe/index.ts'

/** The queue, as far as leaving asks for it. */
interface Queue extends Pick<QueueDesk, 'find'> {
  campaign(name: string): StoredCampaign | undefined
}

/** Looks up in the queue what a link is about. */
export function createLinkedMessages(queue: () => Queue | undefined): UnsubscribeDesk['messages'] {
  const campaigns = new Map<string, FrozenCampaign>()
  const campaignOf = (name: string): FrozenCampaign | undefined => {
    const known = campaigns.get(name)
    if (known) return known
    const stored = queue()?.campaign(name)
    const frozen = stored && parseFrozen(stored.frozen)
    if (frozen) campaigns.set(name, frozen)
    return frozen
  }
  return {
    find: async (id): Promise<LinkedMessage | undefined> => {
      const [line] = queue()?.find({ id }) ?? []
      const frozen = line && campaignOf(line.campaign)
      if (!line || !frozen?.unsubscribe) return undefined
      const parsed = parseAddress(line.address)
      // Of who was erased there is no address any more.
      if (parsed.kind === 'invalid') return undefined
      const { list } = frozen.unsubscribe
      return { id, campaign: line.campaign, addressKey: addressKey(parsed), list, sender: senderOf(frozen) }
    },
  }
}

/** The name that people know, or the address where there is none. */
export function senderOf({ from }: Pick<FrozenCampaign, 'from'>): string {
  const mailbox = parseMailbox(from)
  return mailbox.kind === 'mailbox' ? mailbox.name || mailbox.address.text : from
}

/** Reads `queue.db` once there is one: links are answered from the moment a first campaign is sent. */
export class LateQueue implements Disposable {
  readonly #folder: string
  #reader: QueueReader | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  readonly open = (): QueueReader | undefined => {
    if (!this.#reader && existsSync(join(this.#folder, 'queue.db'))) this.#reader = QueueReader.open(this.#folder)
    return this.#reader
  };

  *counts(): Generator<readonly [string, Counts]> {
    const reader = this.open()
    for (const name of reader?.campaignNames() ?? []) if (reader) yield [name, reader.countsOf(name)]
  }

  [Symbol.dispose](): void {
    this.#reader?.[Symbol.dispose]()
  }
}
