import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { pathOfKeys } from './keys.ts'
import { KeysOfFile } from './keysOfFile.ts'
import { rotateKeys } from './rotateKeys.ts'

let data: string
let path: string
let errors: unknown[]
let keys: KeysOfFile
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'sealpost-'))
  path = pathOfKeys(data, 'links')
  errors = []
  keys = await KeysOfFile.open(data, 'links', (error) => errors.push(error))
})
afterEach(async () => {
  await rm(data, { recursive: true })
})

it('are those that another process put there, and the same as long as it put none', async () => {
  const first = await keys.read()
  expect(await keys.read()).toBe(first)
  await rotateKeys(data, 'links')
  const second = await keys.read()
  expect([second.current, second.all.get(1)]).toEqual([2, first.all.get(1)])
  expect(await keys.read()).toBe(second)
  await writeFile(path, `9 ${'a'.repeat(64)}\n`)
  expect((await keys.read()).current).toBe(9)
  expect(errors).toEqual([])
})

it('stay while the file is away, and come back with it', async () => {
  const first = await keys.read()
  await rename(path, `${path}.away`)
  expect([await keys.read(), await keys.read()]).toEqual([first, first])
  await rename(`${path}.away`, path)
  await rotateKeys(data, 'links')
  expect((await keys.read()).current).toBe(2)
})

it('stay while the file is broken, which is told once and not again before it is another one', async () => {
  const first = await keys.read()
  await writeFile(path, 'nonsense\n')
  expect([await keys.read(), await keys.read()]).toEqual([first, first])
  expect(errors).toMatchObject([{ code: 'SP_KEY_INVALID' }])
  await utimes(path, 1, 1)
  await keys.read()
  expect(errors).toHaveLength(2)
  await writeFile(path, `3 ${'b'.repeat(64)}\n`)
  expect((await keys.read()).current).toBe(3)
})
