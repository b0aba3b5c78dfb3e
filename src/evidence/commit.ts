import { hash } from 'node:crypto'

/** What a commitment is to: the same value under another name gives another commitment. */
export type Committed = 'recipient' | 'campaign' | 'domain' | 'message' | 'reply' | 'peer'

/** RFC 2104: a block of SHA-256, and what its key is xored with inside and outside. */
const block = 64
const inside = 0x36
const outside = 0x5c

/** Both messages are laid out here: several HMACs under one key cost two hashes each and no allocation. */
let inner = Buffer.alloc(4096, inside)
const outer = Buffer.alloc(block + 32, outside)

function setKey(key: Uint8Array): void {
  // RFC 2104 2: a longer one would have to be hashed first; ours are all of 32 octets.
  if (key.length > block) throw new RangeError('a key of commitments has at most 64 octets')
  for (let at = 0; at < block; at += 1) {
    const octet = key[at] ?? 0
    inner[at] = octet ^ inside
    outer[at] = octet ^ outside
  }
}

/**
 * HMAC-SHA-256 (RFC 2104) of a text. By hand over one-shot hashes: `createHmac` costs ten times as much, and an attempt
 * needs six of them.
 */
function authenticate(text: string, encoding: 'base64url' | 'binary'): string {
  const most = block + text.length * 3
  if (most > inner.length) {
    const larger = Buffer.alloc(most)
    inner.copy(larger, 0, 0, block)
    inner = larger
  }
  const length = inner.write(text, block, 'utf8')
  outer.write(hash('sha256', inner.subarray(0, block + length), 'binary'), block, 'latin1')
  return hash('sha256', outer, encoding)
}

/**
 * The key of one attempt: HMAC-SHA-256(recipient's key, `sealpost attempt N`), 32 octets. One key for all attempts would
 * link them; when the recipient's key is erased, nothing leads back to the person.
 *
 * @param recipientKey 32 random octets, kept outside the log
 * @param number of the attempt, from 1
 */
export function attemptKey(recipientKey: Uint8Array, number: number): Uint8Array {
  setKey(recipientKey)
  return Buffer.from(authenticate(`sealpost attempt ${number}`, 'binary'), 'latin1')
}

/**
 * HMAC-SHA-256(key, what || 0x00 || value), 43 letters of base64url. A plain hash of an address, a domain or a message could
 * be guessed.
 *
 * @param key of the attempt or of the session, 32 octets
 */
export function commit(key: Uint8Array, what: Committed, value: string): string {
  setKey(key)
  return authenticate(`${what}\0${value}`, 'base64url')
}
