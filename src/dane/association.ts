import { createHash } from 'node:crypto'
import { readFields } from '../tls/index.ts'
import type { UsableTlsa } from './record.ts'

/** A certificate, as the records see it (RFC 6698 2.1.2, 2.1.3). Each digest is made once for all of them. */
export class Association {
  readonly #der: Buffer
  readonly #made = new Map<number, Buffer | undefined>()

  constructor(der: Buffer) {
    this.#der = der
  }

  /** Whether a record holds this certificate, its key, or the digest of either. Usage is not asked. */
  matches({ selector, matchingType, data }: UsableTlsa): boolean {
    return this.#make(selector, matchingType)?.equals(data) ?? false
  }

  #make(selector: 0 | 1, matchingType: 0 | 1 | 2): Buffer | undefined {
    const key = selector * 3 + matchingType
    if (this.#made.has(key)) return this.#made.get(key)
    const made = digest(selector === 0 ? this.#der : readFields(this.#der)?.keyInfo, matchingType)
    this.#made.set(key, made)
    return made
  }
}

function digest(octets: Buffer | undefined, matchingType: 0 | 1 | 2): Buffer | undefined {
  if (!octets || matchingType === 0) return octets
  return createHash(matchingType === 1 ? 'sha256' : 'sha512')
    .update(octets)
    .digest()
}
