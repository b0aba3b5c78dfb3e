import type { Keys } from '../keys.ts'
import type { HitCounter } from './counter.ts'
import { type TrackingToken, isPersonOf, readTrackingToken } from './token.ts'
import { hashWho } from './who.ts'

/** Whom a link was written for. */
export interface Reader {
  readonly messageId: number
  /** Whether that is who has this address: the number of a message may come to mean another one. */
  readonly isOf: (addressKey: string) => boolean
}

/** A campaign whose links are counted. */
export interface TrackedCampaign {
  readonly name: string
  readonly clicks: boolean
  readonly opens: boolean
  /**
   * Where a link leads, always http or https; undefined where there is none such, and where that hangs on the row of a
   * recipient who is not the reader.
   */
  targetOf(link: number, occurrence: number, reader: Reader): Promise<string | undefined>
  /** Whether the reader may be counted: not who was erased, who took that back, nor who wants no more mail of its list. */
  mayCount(reader: Reader): Promise<boolean>
  /** Whom people see as the sender; not escaped. */
  readonly sender: string
  /**
   * Keeps that the reader is to be counted no more, in any campaign; on the disk when it resolves. Undefined where there is
   * no such message to him.
   */
  withdrawalOf(reader: Reader): (() => Promise<void>) | undefined
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
  const url = await campaign.targetOf(token.link, token.occurrence, readerOf(token, keys))
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
  const keys = await desk.keys()
  const token = readTrackingToken(text, keys)
  const campaign = token?.kind === 'withdraw' ? desk.campaigns.find(token.tag) : undefined
  const withdraw = token && campaign?.withdrawalOf(readerOf(token, keys))
  return campaign && withdraw && { sender: campaign.sender, withdraw }
}

function readerOf(token: TrackingToken, keys: Keys): Reader {
  return { messageId: token.messageId, isOf: (addressKey) => isPersonOf(token, addressKey, keys) }
}

async function count(token: TrackingToken, campaign: TrackedCampaign, keys: Keys, { counter }: TrackingDesk): Promise<void> {
  const { kind, tag, link, key } = token
  if (kind === 'withdraw') return
  if (!(await campaign.mayCount(readerOf(token, keys)))) return
  const who = hashWho(token, kind, link, key, keys)
  const whoInAll = hashWho(token, kind, 0, key, keys)
  if (who && whoInAll) counter.add({ campaign: campaign.name, tag, kind, link, who, whoInAll })
}
