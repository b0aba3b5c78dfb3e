import { type FrozenCampaign, nextOpen } from '../campaign/index.ts'
import type { StsDeps } from '../ground/index.ts'
import type { Job, JobPace, MessageSource } from '../queue/index.ts'
import type { Settings } from '../settings/index.ts'
import type { Credentials } from '../smtpclient/index.ts'
import { createPolicy } from './wiring.ts'

const ends = { fail: 'failed', drop: 'dropped', export: 'exported' } as const

/** A campaign with all that it takes to send it: its rows are in the queue. */
export interface Sendable {
  readonly frozen: FrozenCampaign
  readonly credentials: Credentials | undefined
  readonly source: MessageSource
}

/** What the queue is to know of a campaign. */
export function createJob({ frozen, credentials, source }: Sendable, settings: Settings, sts: StsDeps): Job {
  const { delivery, network } = settings
  const held = { ...delivery.held, ...frozen.held }
  return {
    campaign: frozen.name,
    route:
      frozen.route.kind === 'direct'
        ? { kind: 'direct', port: network.port, allowPrivateAddresses: network.allowPrivateAddresses }
        : frozen.route,
    source,
    decidePolicy: createPolicy(frozen, settings, sts),
    credentials,
    ...(frozen.source === undefined ? {} : { localAddresses: frozen.source }),
    schedule: { retryMs: delivery.retry, giveUpMs: delivery.giveUp },
    held: { untilMs: held.until, then: ends[held.then] },
    ...(frozen.pace === undefined ? {} : { pace: createPace(frozen.pace) }),
  }
}

function createPace({ perHour, perMinute, window }: NonNullable<FrozenCampaign['pace']>): JobPace {
  return {
    messagesPerHour: perHour,
    messagesPerMinute: perMinute,
    // A window that clocks are put forward over for days on end is asked again after one.
    opensAt: (now) => (window === undefined ? now : (nextOpen(window, now) ?? now + 86_400_000)),
  }
}
