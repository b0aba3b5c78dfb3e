import { printReturnPath, printToken } from '../bounce/index.ts'
import { type FrozenCampaign, createRenderer, nextOpen } from '../campaign/index.ts'
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
}

/** @param returnPathKey signs the return paths of campaigns that name an address for their bounces */
export function createJob(
  { frozen, credentials }: Sendable,
  settings: Settings,
  sts: StsDeps,
  returnPathKey: Uint8Array | undefined,
): Job {
  const { delivery, network } = settings
  const held = { ...delivery.held, ...frozen.held }
  return {
    campaign: frozen.name,
    route:
      frozen.route.kind === 'direct'
        ? { kind: 'direct', port: network.port, allowPrivateAddresses: network.allowPrivateAddresses }
        : frozen.route,
    source: createSource(frozen, returnPathKey),
    decidePolicy: createPolicy(frozen, settings, sts),
    credentials,
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

/** Makes each message from the frozen campaign and the list's row when it is about to be sent. */
function createSource(frozen: FrozenCampaign, returnPathKey: Uint8Array | undefined): MessageSource {
  const renderer = createRenderer(frozen)
  const { bounces } = frozen
  const returnPath = bounces !== undefined && returnPathKey ? { bounces, key: returnPathKey } : undefined
  return {
    render: async ({ id, address, columns, createdAt }) => {
      // Whatever report gives this name back is tied to the message for certain (docs/bounces.md).
      const name = returnPath ? printToken(id, returnPath.key) : `${id}.${frozen.digest.slice(0, 16)}`
      const rendered = await renderer.render({
        id: name,
        address,
        // Written by this program when the list was taken in.
        columns: JSON.parse(columns) as Record<string, string>,
        createdAt,
      })
      const from = returnPath ? printReturnPath(returnPath.bounces, id, returnPath.key) : rendered.from
      return { ...rendered, from, ...describeDsn(frozen, name) }
    },
  }
}

/** RFC 3461 4.3, 4.4: what the recipient's servers are asked to report, and the name they are to report it under. */
function describeDsn({ dsn }: FrozenCampaign, envid: string) {
  if (!dsn) return {}
  const notify = dsn.notify === 'never' ? ['NEVER' as const] : dsn.notify.map((notice) => noticeWords[notice])
  return { dsn: { ret: dsn.return === 'full' ? 'FULL' : 'HDRS', envid, notify } as const }
}

const noticeWords = { failure: 'FAILURE', delay: 'DELAY', success: 'SUCCESS' } as const
