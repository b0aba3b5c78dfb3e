import { type SentMessage, type SentMessages, findSigned, readReturnPath, readToken } from '../bounce/index.ts'
import { addressKey } from '../list/index.ts'
import { parseAddress } from '../smtp/index.ts'
import type { ProviderEvent } from './event.ts'

/**
 * The message of ours that an event is about: the one that its Message-ID or return path names, if it went to the recipient
 * that the event names, too. Undefined where there is none: accounts are shared with other programs.
 *
 * @param key signs return paths; undefined where none was ever signed
 */
export async function tieEvent(
  event: ProviderEvent,
  key: Uint8Array | undefined,
  messages: SentMessages,
): Promise<SentMessage | undefined> {
  const recipient = parseAddress(event.recipient)
  if (recipient.kind === 'invalid') return undefined
  const message = await findNamed(event, key, messages)
  return message?.tried && message.addressKey === addressKey(recipient) ? message : undefined
}

async function findNamed(
  { messageId, returnPath }: ProviderEvent,
  key: Uint8Array | undefined,
  messages: SentMessages,
): Promise<SentMessage | undefined> {
  // With angle brackets or without: some providers take them off.
  const local = /^<?([^<>@\s]{1,64})@/.exec(messageId ?? '')?.[1] ?? ''
  const [, number, digest = ''] = /^([1-9]\d{0,14})\.([0-9a-f]{16})$/.exec(local) ?? []
  if (number !== undefined) {
    const message = await messages.find(Number(number))
    return message?.digest.startsWith(digest) ? message : undefined
  }
  if (!key) return undefined
  for (const token of [readToken(local), readReturnPath(returnPath ?? '')]) {
    const message = token && (await findSigned(token, key, messages))
    if (message) return message
  }
  return undefined
}
