import { randomFillSync } from 'node:crypto'

const pool = new Uint16Array(1024)
let used = pool.length

/** A number that nobody can guess, from 0 to 65535 (RFC 5452 9.2). Drawn in blocks, as each draw has its price. */
export function drawNumber(): number {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  return pool[used++] ?? 0
}
