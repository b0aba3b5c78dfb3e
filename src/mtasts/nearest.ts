import { type PolicyKey, policyKeys } from './policy.ts'

/** The key that a misspelt one stands for: `nmx` for `mx`, `Mode`, `max-age`, `maxage`. */
export function nearestKey(key: string): PolicyKey | undefined {
  const bare = fold(key)
  return policyKeys.find((known) => isOneEdit(bare, fold(known)))
}

function fold(key: string): string {
  return key.toLowerCase().replaceAll(/[_.-]/g, '')
}

/** Equal, or one character more, less or other. */
function isOneEdit(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false
  let same = 0
  while (same < one.length && one[same] === other[same]) same++
  const [tail, otherTail] = [one.slice(same), other.slice(same)]
  return tail === otherTail || tail.slice(1) === otherTail || tail === otherTail.slice(1) || tail.slice(1) === otherTail.slice(1)
}
