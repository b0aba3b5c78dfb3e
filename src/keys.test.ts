import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { currentKey, openKeys, readKeys } from './keys.ts'

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(data, { recursive: true })
})

it('are made once, for their owner alone, whoever makes them at the same time', async () => {
  expect(await readKeys(data, 'links')).toBeUndefined()
  const made = await Promise.all(Array.from({ length: 8 }, async () => openKeys(data, 'links')))
  expect(new Set(made.map((keys) => Buffer.from(currentKey(keys)).toString('hex'))).size).toBe(1)
  expect(await readdir(join(data, 'keys'))).toEqual(['links.key'])
  expect((await stat(join(data, 'keys/links.key'))).mode & 0o777).toBe(0o600)
})

it.each([
  '',
  'abcd',
  `0 ${'a'.repeat(64)}`,
  `256 ${'a'.repeat(64)}`,
  `1 ${'a'.repeat(64)}\n1 ${'b'.repeat(64)}`,
  `1 ${'a'.repeat(63)}`,
])('are not made anew over %j, nor shown', async (text) => {
  await openKeys(data, 'links')
  await writeFile(join(data, 'keys/links.key'), text)
  const refused = await openKeys(data, 'links').catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'SP_KEY_INVALID' })
  if (text !== '') expect(String(refused)).not.toContain(text)
  expect(await readFile(join(data, 'keys/links.key'), 'utf8')).toBe(text)
})
