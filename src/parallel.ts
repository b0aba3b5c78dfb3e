/**
 * Runs a task for each item, so many at a time. Ends when all that were begun have ended, with the first failure if
 * there was one: nothing goes on behind the caller's back.
 */
export async function forEachLimited<T>(
  items: readonly T[],
  limit: number,
  task: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries()
  const worker = async (): Promise<void> => {
    // One iterator for all workers: each item is given out once.
    for (const [index, item] of queue) await task(item, index)
  }
  const results = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, worker))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

/** Lets so many tasks run at a time; the others wait for their turn. */
export function createGate(limit: number): (task: () => Promise<void>) => Promise<void> {
  let free = limit
  const waiting: (() => void)[] = []
  return async (task) => {
    if (free > 0) free -= 1
    else {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
      })
    }
    try {
      await task()
    } finally {
      // The place goes to the next in line, or back.
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
