import type { Lane } from './lane.ts'

/** Takes the right to begin one message: all of a lane's limits agree, or none is touched. */
export function mayBegin({ facts: { limits } }: Lane): boolean {
  const refusing = limits.findIndex((limit) => limit.take(1) === 0)
  if (refusing < 0) return true
  for (const limit of limits.slice(0, refusing)) limit.giveBack(1)
  return false
}

/** A message was not begun for which `mayBegin` gave the right. */
export function giveBackOne({ facts: { limits } }: Lane): void {
  for (const limit of limits) limit.giveBack(1)
}
