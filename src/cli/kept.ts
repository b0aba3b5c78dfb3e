import { existsSync } from 'node:fs'
import { systemClock } from '../clock.ts'
import { type PolicyCache, createMemoryCache } from '../mtasts/index.ts'
import { type HostMemory, createHostMemory } from '../policy/index.ts'
import type { Settings } from '../settings/index.ts'
import { SqliteHostMemory, SqlitePolicyCache } from '../store/index.ts'

/** What was learnt before, which a destination's demands rest on. */
export interface Kept extends Disposable {
  readonly cache: PolicyCache
  readonly memory: HostMemory
}

/** Opens what is in the data folder, for those who ask and do not send. Where there is none, asking makes none. */
export function openKept({ data }: Settings): Kept {
  if (!existsSync(data))
    return {
      cache: createMemoryCache(),
      memory: createHostMemory(() => systemClock.now()),
      [Symbol.dispose]: () => undefined,
    }
  using stack = new DisposableStack()
  const cache = stack.use(SqlitePolicyCache.open(data))
  const memory = stack.use(SqliteHostMemory.open(data, systemClock))
  const opened = stack.move()
  return {
    cache,
    memory,
    [Symbol.dispose]: () => {
      opened.dispose()
    },
  }
}
