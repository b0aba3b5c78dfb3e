import { randomBytes } from 'node:crypto'
import { openReturnPathKey, printReturnPath, printToken } from '../bounce/index.ts'
import { type FrozenCampaign, type RenderOptions, createRenderer, optoutName, readSigningKeys } from '../campaign/index.ts'
import { SealpostError } from '../errors.ts'
import { type Keys, openKeys } from '../keys.ts'
import type { MessageSource, QueueItem } from '../queue/index.ts'
import type { Settings } from '../settings/index.ts'
import { type MessageTracking, createMessageTracking, tagOf, trackingKeys } from '../tracking/index.ts'
import { type UnsubscribeLink, createUnsubscribeLink, unsubscribeKeys } from '../unsubscribe/index.ts'

/** A message, as far as its links are made for it. */
type Addressed = Pick<QueueItem, 'id' | 'addressKey'>

/** What the messages of a campaign are made with beside what was frozen; none of it is ever part of that. */
export interface SourceParts extends RenderOptions {
  /** Signs the return paths of campaigns that name an address for their bounces. */
  readonly returnPathKey?: Uint8Array
  /** The way out for one message, where the campaign gives one. */
  readonly linkOf?: (message: Addressed) => UnsubscribeLink
  /** With which addresses one message is counted, where the campaign counts. */
  readonly trackingOf?: (message: Addressed) => MessageTracking
  /** Where its recipient takes that back. */
  readonly optoutOf?: (message: Addressed) => string
  /** Who did; asked before each message. */
  readonly refuses?: (addressKey: string) => boolean
}

/**
 * What a campaign's messages are made with: for sending, and for whatever shows or looks at samples before.
 *
 * @param purpose samples leave no key behind, and what comes back to them counts for no message of the queue
 * @throws SealpostError SP_DKIM_INVALID, SP_SETTINGS_INVALID, SP_KEY_INVALID, SP_FILE_MISSING, and what keeps a key from being made
 */
export async function readSourceParts(
  frozen: Pick<FrozenCampaign, 'name' | 'digest' | 'from' | 'dkim' | 'bounces' | 'unsubscribe' | 'tracking'>,
  settings: Pick<Settings, 'data' | 'dkim' | 'server'>,
  purpose: 'sending' | 'samples',
): Promise<SourceParts> {
  const { bounces, dkim, from } = frozen
  const keys = await readSigningKeys(dkim ?? settings.dkim, from)
  const links = await openLinks(frozen, settings, purpose)
  const tracking = await openTracking(frozen, settings, purpose)
  const returnPathKey =
    purpose === 'samples' ? randomBytes(32) : bounces === undefined ? undefined : await openReturnPathKey(settings.data)
  return {
    keys,
    ...(bounces === undefined || !returnPathKey ? {} : { returnPathKey }),
    ...(links ? { linkOf: links } : {}),
    ...(tracking ? { trackingOf: tracking, optoutOf: (message) => tracking(message).withdrawUrl() } : {}),
  }
}

/** @throws SealpostError SP_SETTINGS_INVALID where the campaign gives links and the settings do not say where they lead */
async function openLinks(
  { name, unsubscribe }: Pick<FrozenCampaign, 'name' | 'unsubscribe'>,
  { data, server }: Pick<Settings, 'data' | 'server'>,
  purpose: 'sending' | 'samples',
): Promise<SourceParts['linkOf']> {
  if (!unsubscribe) return undefined
  const { list, mailto } = unsubscribe
  const baseUrl = requireBase(server, {
    where: name,
    what: 'The campaign gives recipients a link to leave with, and server.baseUrl does not say where it leads',
    next: 'Set server.baseUrl to the https address of sealpost serve.',
  })
  const keys = await openLinkKeys(data, unsubscribeKeys, purpose)
  return ({ id, addressKey }) =>
    createUnsubscribeLink({ messageId: id, addressKey, campaign: name, list }, { baseUrl, mailto, keys })
}

/** @throws SealpostError SP_SETTINGS_INVALID where the campaign counts and the settings do not say where links lead */
async function openTracking(
  { name, digest, tracking }: Pick<FrozenCampaign, 'name' | 'digest' | 'tracking'>,
  { data, server }: Pick<Settings, 'data' | 'server'>,
  purpose: 'sending' | 'samples',
): Promise<SourceParts['trackingOf']> {
  if (!tracking) return undefined
  const baseUrl = requireBase(server, {
    where: name,
    what: 'The campaign counts clicks or openings, and server.baseUrl does not say where its links lead',
    next: 'Set server.baseUrl to the https address of sealpost serve, or take tracking out of the campaign.',
  })
  const keys = await openLinkKeys(data, trackingKeys, purpose)
  const tag = tagOf(name, digest)
  return ({ id, addressKey }) => createMessageTracking({ messageId: id, addressKey, tag }, { baseUrl, keys })
}

function requireBase(
  { baseUrl }: Settings['server'],
  missing: { readonly where: string; readonly what: string; readonly next: string },
): string {
  if (baseUrl === undefined) throw new SealpostError('SP_SETTINGS_INVALID', missing)
  return baseUrl
}

/** For samples, keys that nobody holds: such a link leads to the page that says that it is not good. */
async function openLinkKeys(data: string, name: string, purpose: 'sending' | 'samples'): Promise<Keys> {
  return purpose === 'samples' ? { current: 1, all: new Map([[1, randomBytes(32)]]) } : openKeys(data, name)
}

/**
 * Where the messages of a campaign come from.
 *
 * @param refuses who is not to be counted, by the key of the address
 */
export async function openSource(
  frozen: FrozenCampaign,
  settings: Pick<Settings, 'data' | 'dkim' | 'server'>,
  purpose: 'sending' | 'samples',
  refuses?: (addressKey: string) => boolean,
): Promise<MessageSource> {
  return createSource(frozen, { ...(await readSourceParts(frozen, settings, purpose)), ...(refuses && { refuses }) })
}

/** Makes each message from the frozen campaign and the list's row when it is about to be sent. */
export function createSource(
  frozen: FrozenCampaign,
  { returnPathKey, linkOf, trackingOf, optoutOf, refuses, ...rendering }: SourceParts,
): MessageSource {
  const renderer = createRenderer(frozen, rendering)
  const { bounces } = frozen
  // A signature more for each message, which most campaigns have no use for.
  const optout = JSON.stringify(frozen).includes(optoutName) ? optoutOf : undefined
  const returnPath = bounces !== undefined && returnPathKey ? { bounces, key: returnPathKey } : undefined
  return {
    render: async (item) => {
      const { id, address, addressKey, columns, createdAt } = item
      // Whatever report gives this name back is tied to the message for certain (docs/bounces.md).
      const token = returnPath && printToken({ id, addressKey, campaign: frozen.name, digest: frozen.digest }, returnPath.key)
      const name = token ?? `${id}.${frozen.digest.slice(0, 16)}`
      const rendered = await renderer.render({
        id: name,
        address,
        // Written by this program when the list was taken in.
        columns: JSON.parse(columns) as Record<string, string>,
        createdAt,
        ...(linkOf && { unsubscribe: linkOf(item) }),
        ...(trackingOf && refuses?.(addressKey) !== true && { tracking: trackingOf(item) }),
        ...(optout && { optout: optout(item) }),
      })
      const from = returnPath && token !== undefined ? printReturnPath(returnPath.bounces, token) : rendered.from
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
