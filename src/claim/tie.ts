import { type SentMessage, type SentMessages, readReturnPath, readToken } from '../bounce/index.ts'
import { addressKey } from '../list/index.ts'
import { parseAddress } from '../smtp/index.ts'
import type { ProviderEvent } from './event.ts'

/** The message of the queue that an event names, not yet looked up. */
interface Named {
  readonly id: number
  /** The beginning of the campaign's digest, where the name holds it. */
  readonly digest: string | undefined
}

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
  const named = readMessageId(event.messageId, key) ?? readPath(event.returnPath, key)
  if (!named || recipient.kind === 'invalid') return undefined
  const message = await messages.find(named.id)
  if (!message?.tried || message.addressKey !== addressKey(recipient)) return undefined
  return named.digest === undefined || message.digest.startsWith(named.digest) ? message : undefined
}

/** With angle brackets or without: some providers take them off. */
function readMessageId(text: string | undefined, key: Uint8Array | undefined): Named | undefined {
  const local = /^<?([^<>@\s]{1,64})@/.exec(text ?? '')?.[1] ?? ''
  const id = key && readToken(local, key)
  if (id !== undefined) return { id, digest: undefined }
  const [, number, digest] = /^([1-9]\d{0,14})\.([0-9a-f]{16})$/.exec(local) ?? []
  return number === undefined ? undefined : { id: Number(number), digest }
}

function readPath(text: string | undefined, key: Uint8Array | undefined): Named | undefined {
  const id = text !== undefined && key ? readReturnPath(text, key) : undefined
  return id === undefined ? undefined : { id, digest: undefined }
}
