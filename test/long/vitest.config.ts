import { defineConfig } from 'vitest/config'

/** What takes minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 30 * 60_000,
  },
})
