import { createHash } from 'node:crypto'
import { primes } from './primes.ts'

const names = new Map(primes.map(([sha256, , name]) => [sha256, name]))

/**
 * Who made a Diffie-Hellman prime known, `RFC 3526 group 14`, `Postfix 2.2 to 3.0, 1024 bits`; undefined for one that a
 * server may have for itself. The prime is big-endian, as ServerKeyExchange carries it (RFC 5246 7.4.3).
 */
export function nameGroup(prime: Buffer): string | undefined {
  const start = prime.findIndex((octet) => octet !== 0)
  if (start < 0) return undefined
  return names.get(createHash('sha256').update(prime.subarray(start)).digest('hex'))
}
