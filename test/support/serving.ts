import { randomBytes } from 'node:crypto'
import type { Keys } from '../../src/keys.ts'
import type { Suppression, Withdrawal } from '../../src/queue/index.ts'
import { Metrics, Pace, type ServeDeps, createApp, trackingPace, usualPace } from '../../src/serve/index.ts'
import { listNetworks } from '../../src/settings/index.ts'
import { type LinkedMessage, printUnsubscribeToken } from '../../src/unsubscribe/index.ts'

export const day = 86_400_000

export function makeKeys(): Keys {
  return { current: 1, all: new Map([[1, randomBytes(32)]]) }
}

/** Messages 1 to 3 of a campaign to the list `news`. */
export const messages: readonly LinkedMessage[] = ['ada', 'bob', 'cy'].map((name, at) => ({
  id: at + 1,
  campaign: 'spring',
  addressKey: `${name}@a.test`,
  list: 'news',
  sender: 'Example <Shop>',
}))

/** An app over a list in memory, of which a test changes one thing. */
export function createServing(
  different: Partial<ServeDeps> & { readonly now?: () => number; readonly proxies?: string[]; readonly fail?: Error } = {},
) {
  const keys = makeKeys()
  const rows: Suppression[] = []
  const errors: unknown[] = []
  const now = different.now ?? (() => day)
  const deps: ServeDeps = {
    desk: {
      keys: async () => keys,
      messages: { find: async (id) => messages.find((one) => one.id === id) },
      suppressions: {
        suppress: async (added) => {
          if (different.fail) throw different.fail
          rows.push(...added)
          return added.length
        },
        withdraw: async (which: Withdrawal) => {
          const same = rows.filter(
            (row) => row.addressKey === which.addressKey && row.source === which.source && row.at >= which.since,
          )
          for (const row of same) rows.splice(rows.indexOf(row), 1)
          return same.length
        },
      },
      now,
    },
    pace: new Pace(usualPace, now),
    tracking: {
      desk: { keys: async () => makeKeys(), campaigns: { find: () => undefined }, counter: { add: () => undefined } },
      pace: new Pace(trackingPace, now),
    },
    metrics: new Metrics(() => []),
    trustedProxies: listNetworks(different.proxies ?? []),
    healthy: async () => true,
    onError: (error) => errors.push(error),
    ...different,
  }
  const app = createApp(deps)
  return {
    app,
    deps,
    keys,
    rows,
    errors,
    token: (id = 1, list: string | null = 'news', campaign = 'spring') =>
      printUnsubscribeToken(
        { messageId: id, campaign, list: list ?? undefined, addressKey: messages[id - 1]?.addressKey ?? 'eve@a.test' },
        keys,
      ),
    ask: async (path: string, init: RequestInit = {}, remote = '192.0.2.7') =>
      app.request(path, init, { incoming: { socket: { remoteAddress: remote } } }),
  }
}

/** A POST as RFC 8058 has it. */
export const oneClick = {
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'List-Unsubscribe=One-Click',
}
