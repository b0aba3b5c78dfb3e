/** Vitest's `test` with a laboratory that is set up once a file. */
import { test } from 'vitest'
import { startLab, type LabOptions } from './lab.ts'

/**
 * @example
 * ```ts
 * const test = testIn({ servers: ['exim'] })
 * test('greets', async ({ lab }) => expect((await greetWithSwaks(lab, 'exim', false)).status).toBe(0))
 * ```
 */
export function testIn(options: LabOptions) {
  return test
    .extend('options', { scope: 'file' }, options)
    .extend('lab', { scope: 'file' }, async ({ options }, { onCleanup }) => {
      const lab = await startLab(options)
      onCleanup(() => lab[Symbol.asyncDispose]())
      return lab
    })
}
