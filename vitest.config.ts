import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/{scenario,attack}/**/*.test.ts', 'docs/*.test.ts'],
    // Most tests wait for sockets: on two cores one worker, vitest's choice, leaves both idle.
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
