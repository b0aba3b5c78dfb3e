import { createHash } from 'node:crypto'
import type { SuppressionReason } from '../../queue/index.ts'
import type { Statements } from '../statements.ts'
import { hasHashes, lookUp } from './rows.ts'

/** What stands for an address that is known by its hash alone: no address begins so without an `@` behind it. */
export function hashKey(addressKey: string): string {
  return `sha256:${createHash('sha256').update(addressKey).digest('hex')}`
}

/** Why these get no mail of a list; those that are known by their hash alone are found as well. */
export function findSuppressed(db: Statements, addressKeys: readonly string[], list: string): Map<string, SuppressionReason> {
  const found = lookUp(db, addressKeys, list)
  if (!hasHashes(db)) return found
  const byHash = new Map(addressKeys.map((key) => [hashKey(key), key]))
  for (const [hash, reason] of lookUp(db, [...byHash.keys()], list)) {
    const key = byHash.get(hash)
    if (key !== undefined && !found.has(key)) found.set(key, reason)
  }
  return found
}
