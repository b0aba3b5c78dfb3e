import type { Keys } from '../keys.ts'
import type { HitCounter } from './counter.ts'
import { type TrackingToken, readTrackingToken } from './token.ts'
import { hashWho } from './who.ts'

/** A campaign whose links are counted. */
export interface TrackedCampaign {
  readonly name: string
  readonly clicks: boolean
  readonly opens: boolean
  /** Where a link leads, for one message of the campaign; undefined where it has none such. Always http or https. */
  targetOf(link: number, occurrence: number, messageId: number): Promise<string | undefined>
  /** Whether its recipient may be counted: not who was erased, who took that back, nor who wants no more mail of its list. */
  mayCount(messageId: number): Promise<boolean>
  /** Whom people see as the sender; not escaped. */
  readonly sender: string
  /**
   * Keeps that a message's recipient is to be counted no more, in any campaign; on the disk when it resolves. Undefined
   * where there is no such message.
   */
  withdrawalOf(messageId: number): (() => Promise<void>) | undefined
}

/** What it takes to answer links. */
export interface TrackingDesk {
  /** Those that hold now: they may be turned over while links are answered. */
  readonly keys: () => Promise<Keys>
  readonly campaigns: {
    /** By its tag (`tagOf`). */
    find(tag: string): TrackedCampaign | undefined
  }
  readonly counter: Pick<HitCounter, 'add'>
}

/** What a link opens. All that is not ours looks the same. */
export type Followed = { readonly kind: 'target'; readonly url: string } | { readonly kind: 'opened' } | { readonly kind: 'none' }

const none: Followed = { kind: 'none' }

/**
 * Finds where a click leads. The token says which link of which campaign; where that leads is looked up in the campaign as
 * it was frozen, never read from the request: not even who has the key can make a link that leads elsewhere.
 *
 * @param counts whether it is to be counted (`isCounted`)
 */
export async function followClick(text: string, counts: boolean, desk: TrackingDesk): Promise<Followed> {
  const keys = await desk.keys()
  const token = readTrackingToken(text, keys)
  const campaign = token?.kind === 'click' ? desk.campaigns.find(token.tag) : undefined
  if (!token || !campaign?.clicks) return none
  const url = await campaign.targetOf(token.link, token.occurrence, token.messageId)
  if (url === undefined) return none
  if (counts) await count(token, campaign, keys, desk)
  return { kind: 'target', url }
}

export async function followOpen(text: string, counts: boolean, desk: TrackingDesk): Promise<Followed> {
  const keys = await desk.keys()
  const token = readTrackingToken(text, keys)
  const campaign = token?.kind === 'open' ? desk.campaigns.find(token.tag) : undefined
  if (!token || !campaign?.opens) return none
  if (counts) await count(token, campaign, keys, desk)
  return { kind: 'opened' }
}

/** What a link opens with which the consent to be counted is taken back; undefined where it is none of ours. */
export async function openWithdrawal(
  text: string,
  desk: Pick<TrackingDesk, 'keys' | 'campaigns'>,
): Promise<{ readonly sender: string; withdraw(): Promise<void> } | undefined> {
  const token = readTrackingToken(text, await desk.keys())
  const campaign = token?.kind === 'withdraw' ? desk.campaigns.find(token.tag) : undefined
  const withdraw = token && campaign?.withdrawalOf(token.messageId)
  return campaign && withdraw && { sender: campaign.sender, withdraw }
}

async function count(token: TrackingToken, campaign: TrackedCampaign, keys: Keys, { counter }: TrackingDesk): Promise<void> {
  const { kind, tag, link, key, messageId } = token
  if (kind === 'withdraw') return
  if (!(await campaign.mayCount(messageId))) return
  const who = hashWho(token, kind, link, key, keys)
  const whoInAll = hashWho(token, kind, 0, key, keys)
  if (who && whoInAll) counter.add({ campaign: campaign.name, tag, kind, link, who, whoInAll })
}
