import type { SuiteList } from './facts.ts'

/**
 * Whose preference decides. The server's, where it chose a suite before one that stood earlier in our offer and that it
 * takes as well. Where it never did, the order may be the client's, or ours may have been like the server's by chance:
 * one more question, with its first choice last, tells.
 *
 * @param suites in the order they were chosen
 * @param offers what was offered each time
 * @param ask offers suites, and gives the one that is chosen
 */
export async function findOrder(
  suites: readonly number[],
  offers: readonly (readonly number[])[],
  ask: (suites: readonly number[]) => Promise<number | undefined>,
): Promise<SuiteList['order']> {
  const [first] = suites
  if (first === undefined || suites.length < 2) return 'unknown'
  const passedOver = suites.some((id, at) =>
    suites.slice(at + 1).some((later) => (offers[at]?.indexOf(later) ?? 0) < (offers[at]?.indexOf(id) ?? 0)),
  )
  if (passedOver) return 'server'
  const last = suites.slice(1)
  const chosen = await ask([...last, first])
  if (chosen === first) return 'server'
  return chosen === last[0] ? 'client' : 'unknown'
}
