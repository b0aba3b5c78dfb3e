import { type Campaign, type FrozenCampaign, createRenderer } from '../campaign/index.ts'
import { SealpostError } from '../errors.ts'
import type { Keys } from '../keys.ts'
import { type UnsubscribeLink, createUnsubscribeLink } from '../unsubscribe/index.ts'
import type { StsDeps } from '../ground/index.ts'
import type { Job, MessageSource } from '../queue/index.ts'
import type { Settings } from '../settings/index.ts'
import type { Credentials } from '../smtpclient/index.ts'
import { createPolicy } from './wiring.ts'

const ends = { fail: 'failed', drop: 'dropped', export: 'exported' } as const

/** A campaign with all that it takes to send it. */
export interface Sendable {
  /** What links are signed with; undefined where the campaign gives none. */
  readonly linkKeys: Keys | undefined
  readonly campaign: Campaign
  readonly frozen: FrozenCampaign
  readonly credentials: Credentials | undefined
}

/** What the queue is to know of a campaign. */
export function createJob({ campaign, frozen, credentials, linkKeys }: Sendable, settings: Settings, sts: StsDeps): Job {
  const { delivery, network } = settings
  const held = { ...delivery.held, ...frozen.held }
  return {
    campaign: frozen.name,
    route:
      campaign.route.kind === 'direct'
        ? { kind: 'direct', port: network.port, allowPrivateAddresses: network.allowPrivateAddresses }
        : campaign.route,
    source: createSource(frozen, createLinks(frozen, settings, linkKeys)),
    decidePolicy: createPolicy(campaign, settings, sts),
    credentials,
    schedule: { retryMs: delivery.retry, giveUpMs: delivery.giveUp },
    held: { untilMs: held.until, then: ends[held.then] },
  }
}

type LinkOf = (messageId: number) => UnsubscribeLink

/** @throws SealpostError SP_SETTINGS_INVALID where the campaign gives links and the settings do not say where they lead */
export function createLinks(
  { name, unsubscribe }: FrozenCampaign,
  { server }: Settings,
  keys: Keys | undefined,
): LinkOf | undefined {
  if (!unsubscribe || !keys) return undefined
  const { baseUrl } = server
  const { list, mailto } = unsubscribe
  if (baseUrl === undefined)
    throw new SealpostError('SP_SETTINGS_INVALID', {
      where: name,
      what: 'The campaign gives recipients a link to leave with, and server.baseUrl does not say where it leads',
      next: 'Set server.baseUrl to the https address of sealpost serve.',
    })
  return (messageId) => createUnsubscribeLink({ messageId, campaign: name, list }, { baseUrl, mailto, keys })
}

/** Makes each message from the frozen campaign and the list's row when it is about to be sent. */
function createSource(frozen: FrozenCampaign, linkOf: LinkOf | undefined): MessageSource {
  const renderer = createRenderer(frozen)
  return {
    render: async ({ id, address, columns, createdAt }) => {
      const rendered = await renderer.render({
        id: `${id}.${frozen.digest.slice(0, 16)}`,
        address,
        // Written by this program when the list was taken in.
        columns: JSON.parse(columns) as Record<string, string>,
        createdAt,
        ...(linkOf && { unsubscribe: linkOf(id) }),
      })
      return { ...rendered, ...describeDsn(frozen, id) }
    },
  }
}

/** RFC 3461 4.3, 4.4: what the recipient's servers are asked to report, and the name they are to report it under. */
function describeDsn({ dsn, digest }: FrozenCampaign, id: number) {
  if (!dsn) return {}
  const notify = dsn.notify === 'never' ? ['NEVER' as const] : dsn.notify.map((notice) => noticeWords[notice])
  return { dsn: { ret: dsn.return === 'full' ? 'FULL' : 'HDRS', envid: `${id}.${digest.slice(0, 16)}`, notify } as const }
}

const noticeWords = { failure: 'FAILURE', delay: 'DELAY', success: 'SUCCESS' } as const
