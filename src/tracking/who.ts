import { createHmac } from 'node:crypto'
import type { Keys } from '../keys.ts'
import type { HitKind } from './token.ts'

/** A recipient, as far as it takes to count him once. */
export interface Someone {
  /** Of the campaign, hexadecimal. */
  readonly tag: string
  /** Of the recipient in it, under the same key (`personOf`). */
  readonly person: Uint8Array
}

/**
 * What stands for a recipient of one link: 128 bits of HMAC-SHA-256 over recipient and link. Without the key nobody can tell
 * whose it is, nor whether two of them, of two links, are of one person; with the key's end they mean nothing for good.
 *
 * @param link 0 for the campaign as a whole
 * @param key the number of the key that signed the message's links
 * @returns undefined where that key is gone
 */
export function hashWho({ tag, person }: Someone, kind: HitKind, link: number, key: number, keys: Keys): Uint8Array | undefined {
  const secret = keys.all.get(key)
  if (!secret) return undefined
  const octets = Buffer.alloc(2)
  octets.writeUInt16BE(link)
  // The first words keep it apart from what the same key signs.
  const hash = createHmac('sha256', secret).update(`sealpost tracking who 2\0${kind}\0${tag}\0`).update(person).update(octets)
  return hash.digest().subarray(0, 16)
}
