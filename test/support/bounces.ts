import { createHash } from 'node:crypto'
import {
  type BounceLedger,
  type BounceNote,
  type SentMessage,
  type SentMessages,
  openReturnPathKey,
  printReturnPath,
  printToken,
} from '../../src/bounce/index.ts'
import { createSentMessages } from '../../src/cli/sentMessages.ts'
import type { StoredMessage } from '../../src/mailbox/index.ts'
import type { Suppression, SuppressionList } from '../../src/queue/index.ts'
import { QueueReader } from '../../src/store/index.ts'

export const digest = `0123456789abcdef${'0'.repeat(48)}`

/** Messages with the numbers of these addresses, from 1, all of the same campaign. */
export function sentTo(addresses: readonly string[], different: Partial<SentMessage> = {}): SentMessages {
  return {
    find: async (id) => {
      const address = addresses[id - 1]
      return address === undefined ? undefined : sentMessage({ id, address, addressKey: address.toLowerCase(), ...different })
    },
  }
}

export function sentMessage(different: Partial<SentMessage> = {}): SentMessage {
  return {
    id: 7,
    campaign: 'spring',
    digest,
    address: 'ada@a.test',
    addressKey: 'ada@a.test',
    createdAt: Date.UTC(2026, 10, 1),
    tried: true,
    ...different,
  }
}

/** The return path of a message, by default to ada. */
export function returnPathOf(key: Uint8Array, different: Partial<SentMessage> = {}, bounces = 'bounces@shop.example'): string {
  return printReturnPath(bounces, printToken(sentMessage(different), key))
}

/** The return path of a message as the queue of a data folder has it. */
export async function returnPathIn(data: string, id: number, bounces = 'bounces@shop.example'): Promise<string> {
  using queue = QueueReader.open(data)
  const message = await createSentMessages(queue).find(id)
  if (!message) throw new Error(`there is no message ${id}`)
  return printReturnPath(bounces, printToken(message, await openReturnPathKey(data)))
}

/** A ledger in memory, that can be looked into. */
export interface MemoryLedger extends BounceLedger {
  readonly notes: readonly BounceNote[]
}

export function createMemoryLedger(): MemoryLedger {
  const read = new Set<string>()
  const notes: BounceNote[] = []
  return {
    notes,
    wasRead: async (digest) => read.has(digest),
    softBounces: async (addressKey) => notes.filter((note) => note.weight === 'soft' && note.addressKey === addressKey),
    record: async (digest, _, note) => {
      read.add(digest)
      if (note && !notes.some(({ messageId, weight }) => messageId === note.messageId && weight === note.weight)) notes.push(note)
    },
  }
}

export function createMemorySuppressions(): Pick<SuppressionList, 'suppress'> & { readonly rows: readonly Suppression[] } {
  const rows: Suppression[] = []
  return {
    rows,
    suppress: async (added) => {
      const fresh = added.filter((one) => !rows.some((row) => row.addressKey === one.addressKey && row.reason === one.reason))
      rows.push(...fresh)
      return fresh.length
    },
  }
}

/** Messages as a mailbox gives them. */
export async function* store(messages: readonly Buffer[]): AsyncGenerator<StoredMessage> {
  for (const content of messages)
    yield { place: `box/${createHash('sha256').update(content).digest('hex').slice(0, 8)}`, content, whole: true }
}
