import { randomBytes } from 'node:crypto'
import { openReturnPathKey, printReturnPath, printToken } from '../bounce/index.ts'
import { type Campaign, type FrozenCampaign, type RenderOptions, createRenderer, readSigningKeys } from '../campaign/index.ts'
import type { MessageSource } from '../queue/index.ts'
import type { Settings } from '../settings/index.ts'

/** What the messages of a campaign are made with beside what was frozen; none of it is ever part of that. */
export interface SourceParts extends RenderOptions {
  /** Signs the return paths of campaigns that name an address for their bounces. */
  readonly returnPathKey?: Uint8Array
}

/**
 * What a campaign's messages are made with: for sending, and for whatever shows or looks at samples before.
 *
 * @param purpose samples leave no key behind: nothing ever comes back to them
 * @throws SealpostError SP_DKIM_INVALID, SP_KEY_INVALID, SP_FILE_MISSING, and what keeps a key from being made
 */
export async function readSourceParts(
  { dkim, from }: Pick<Campaign, 'dkim' | 'from'>,
  { bounces }: Pick<FrozenCampaign, 'bounces'>,
  settings: Pick<Settings, 'data' | 'dkim'>,
  purpose: 'sending' | 'samples',
): Promise<SourceParts> {
  const keys = await readSigningKeys(dkim ?? settings.dkim, from)
  if (bounces === undefined) return { keys }
  return { keys, returnPathKey: purpose === 'samples' ? randomBytes(32) : await openReturnPathKey(settings.data) }
}

/** Where the messages of a campaign come from. */
export async function openSource(
  campaign: Pick<Campaign, 'dkim' | 'from'>,
  frozen: FrozenCampaign,
  settings: Pick<Settings, 'data' | 'dkim'>,
  purpose: 'sending' | 'samples',
): Promise<MessageSource> {
  return createSource(frozen, await readSourceParts(campaign, frozen, settings, purpose))
}

/** Makes each message from the frozen campaign and the list's row when it is about to be sent. */
export function createSource(frozen: FrozenCampaign, { returnPathKey, ...rendering }: SourceParts): MessageSource {
  const renderer = createRenderer(frozen, rendering)
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
