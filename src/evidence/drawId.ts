import { randomFillSync } from 'node:crypto'

const octets = 16

/** Random octets are drawn many at a time: a call for each id would cost as much as all of them. */
const pool = Buffer.alloc(octets * 256)
let drawn = pool.length

/** An id that nobody had before: 16 random octets, as 22 letters of base64url. */
export function drawId(): string {
  if (drawn === pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  drawn += octets
  return pool.toString('base64url', drawn - octets, drawn)
}
