import type { Campaign, FrozenCampaign } from '../campaign/index.ts'
import type { StsDeps } from '../ground/index.ts'
import type { Job, MessageSource } from '../queue/index.ts'
import type { Settings } from '../settings/index.ts'
import type { Credentials } from '../smtpclient/index.ts'
import { createPolicy } from './wiring.ts'

const ends = { fail: 'failed', drop: 'dropped', export: 'exported' } as const

/** A campaign with all that it takes to send it. */
export interface Sendable {
  readonly campaign: Campaign
  readonly frozen: FrozenCampaign
  readonly credentials: Credentials | undefined
  readonly source: MessageSource
}

/** What the queue is to know of a campaign. */
export function createJob({ campaign, frozen, credentials, source }: Sendable, settings: Settings, sts: StsDeps): Job {
  const { delivery, network } = settings
  const held = { ...delivery.held, ...frozen.held }
  return {
    campaign: frozen.name,
    route:
      campaign.route.kind === 'direct'
        ? { kind: 'direct', port: network.port, allowPrivateAddresses: network.allowPrivateAddresses }
        : campaign.route,
    source,
    decidePolicy: createPolicy(campaign, settings, sts),
    credentials,
    ...(frozen.source === undefined ? {} : { localAddresses: frozen.source }),
    schedule: { retryMs: delivery.retry, giveUpMs: delivery.giveUp },
    held: { untilMs: held.until, then: ends[held.then] },
  }
}
