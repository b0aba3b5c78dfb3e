import { createHmac, hash as hashOnce } from 'node:crypto'
import { SealpostError } from '../../errors.ts'
import { currentKey, openKeys, pathOfKeys, readKeysNow } from '../../keys.ts'
import type { Statements } from '../statements.ts'

/** In the data folder's `keys/`. */
const suppressionKeys = 'suppression'

/**
 * People who were erased, and are not to be written to again (GDPR 21(3)). All that is kept of one is an HMAC-SHA-256 of the
 * address, under a key that lies in another file: who has one of the two files can guess at nobody.
 */
export class ErasedAddresses {
  readonly #db: Statements
  readonly #folder: string
  /** By their names, hex. */
  readonly #keys = new Map<string, Uint8Array>()

  constructor(db: Statements, folder: string) {
    this.#db = db
    this.#folder = folder
  }

  /** Whether there is anybody: where not, no hash need be made. */
  get any(): boolean {
    return this.#keyAfter(none) !== undefined
  }

  /** Those of these who were erased. @throws SealpostError SP_FILE_MISSING where the key is gone: nobody can be told then */
  find(addressKeys: readonly string[]): Set<string> {
    const found = new Set<string>()
    for (const { name, key } of this.#keysInUse()) {
      for (const one of addressKeys)
        if (this.#db.get('SELECT 1 FROM erased WHERE key = ? AND hash = ?', name, hash(one, key))) found.add(one)
    }
    return found
  }

  /** A key for `add`, made where there is none. One that is lost is not replaced: those before would be forgotten. */
  async openKey(): Promise<Uint8Array> {
    const [first] = this.#keysInUse()
    return first?.key ?? currentKey(await openKeys(this.#folder, suppressionKeys))
  }

  add(addressKeys: readonly string[], key: Uint8Array, at: number): void {
    for (const one of new Set(addressKeys).difference(this.find(addressKeys)))
      this.#db.run('INSERT OR IGNORE INTO erased (key, hash, at) VALUES (?, ?, ?)', nameOf(key), hash(one, key), at)
  }

  /** Forgets that they were erased; how many of them were. */
  remove(addressKeys: readonly string[]): number {
    let count = 0
    for (const { name, key } of this.#keysInUse())
      for (const one of addressKeys) count += this.#db.run('DELETE FROM erased WHERE key = ? AND hash = ?', name, hash(one, key))
    return count
  }

  all(): { readonly hash: string; readonly at: number }[] {
    const rows = this.#db.all('SELECT lower(hex(hash)) AS hash, at FROM erased ORDER BY key, hash')
    return rows.map((row) => ({ hash: String(row['hash']), at: Number(row['at']) }))
  }

  *#keysInUse(): Generator<{ readonly name: Uint8Array; readonly key: Uint8Array }> {
    for (let name = this.#keyAfter(none); name; name = this.#keyAfter(name)) yield { name, key: this.#require(name) }
  }

  /** The first key after this one under which anybody's hash is. */
  #keyAfter(name: Uint8Array): Uint8Array | undefined {
    const key = this.#db.get('SELECT min(key) AS key FROM erased WHERE key > ?', name)?.['key']
    return key instanceof Uint8Array ? key : undefined
  }

  #require(name: Uint8Array): Uint8Array {
    const known = this.#keys.get(Buffer.from(name).toString('hex'))
    if (known) return known
    // Another process may have made it meanwhile.
    for (const key of readKeysNow(this.#folder, suppressionKeys)?.all.values() ?? [])
      this.#keys.set(nameOf(key).toString('hex'), key)
    const read = this.#keys.get(Buffer.from(name).toString('hex'))
    if (read) return read
    throw new SealpostError('SP_FILE_MISSING', {
      where: pathOfKeys(this.#folder, suppressionKeys),
      what: 'The key is gone by which it is known who was erased and must not be written to',
      next: 'Put the file back from a copy: the one that belongs to this suppression.db. Until then nothing is sent.',
    })
  }
}

const none = new Uint8Array(0)

/**
 * HMAC-SHA-256 (RFC 2104) by hand over one-shot hashes: it is asked for before each message, and `createHmac` costs several
 * times as much.
 */
function hash(addressKey: string, key: Uint8Array): Buffer {
  const { inside, outside } = padsOf(key)
  const within = hashOnce('sha256', Buffer.concat([inside, Buffer.from(addressKey)]), 'buffer')
  return hashOnce('sha256', Buffer.concat([outside, within]), 'buffer')
}

interface Pads {
  /** With the words that keep it apart from what else the key may be used for. */
  readonly inside: Buffer
  readonly outside: Buffer
}

const pads = new WeakMap<Uint8Array, Pads>()

/** RFC 2104 2: keys are of 32 octets, which is less than the 64 of a block. */
function padsOf(key: Uint8Array): Pads {
  const known = pads.get(key)
  if (known) return known
  const pad = (octet: number): Buffer => Buffer.from(Uint8Array.from({ length: 64 }, (_, at) => (key[at] ?? 0) ^ octet))
  const made = { inside: Buffer.concat([pad(0x36), Buffer.from('sealpost erased 1\0')]), outside: pad(0x5c) }
  pads.set(key, made)
  return made
}

/** Tells a key from others, and nothing else of it. */
function nameOf(key: Uint8Array): Buffer {
  return createHmac('sha256', key).update('sealpost erased key 1').digest().subarray(0, 8)
}
