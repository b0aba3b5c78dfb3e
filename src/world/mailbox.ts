/** A message as a server of the world took it. */
export interface ReceivedMessage {
  readonly from: string
  readonly to: readonly string[]
  /** Header and body, without the dots that SMTP doubles. */
  readonly raw: Buffer
  /** Did it come over TLS? */
  readonly secure: boolean
  /** `TLSv1.3`; nothing in the clear. */
  readonly tlsVersion: string | undefined
  /** What the client called itself. */
  readonly helo: string
}

/** How much of each message stays in memory: nothing but the count, its Message-ID too, or all of it. */
export type Keep = boolean | 'ids'

/** What arrived. The counts are always there, `ids` and `messages` where they are kept. */
export interface Mailbox {
  readonly keep: Keep
  /** Messages accepted. */
  readonly count: number
  /** Those of them that came in the clear. */
  readonly plaintext: number
  /** Their Message-IDs, with the angle brackets. */
  readonly ids: readonly string[]
  readonly messages: readonly ReceivedMessage[]
  add(message: ReceivedMessage): void
}

/** Bytes of a message that are read for its Message-ID where nothing else is kept. */
export const headerRoom = 16_384

export function createMailbox(keep: Keep = false): Mailbox {
  const box = { count: 0, plaintext: 0 }
  const ids: string[] = []
  const messages: ReceivedMessage[] = []
  return {
    keep,
    get count() {
      return box.count
    },
    get plaintext() {
      return box.plaintext
    },
    ids,
    messages,
    add(message) {
      box.count++
      if (!message.secure) box.plaintext++
      const id = keep === false ? undefined : findMessageId(message.raw)
      if (id !== undefined) ids.push(id)
      if (keep === true) messages.push(message)
    },
  }
}

function findMessageId(raw: Buffer): string | undefined {
  const [header = ''] = raw.subarray(0, headerRoom).toString('latin1').split('\r\n\r\n', 1)
  return /^message-id:\s*(<[^<>\s]*>)/im.exec(header)?.[1]
}
