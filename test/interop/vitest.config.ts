import { defineConfig } from 'vitest/config'

/** Real mail servers in namespaces: one file at a time, since each brings up a network and fills two cores. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    fileParallelism: false,
    // Processes, not threads: a laboratory lasts as long as its process at the most.
    pool: 'forks',
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
})
