import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readBoundedFile } from './boundedFile.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

it('reads up to the bound, and nothing that is longer', async () => {
  const path = join(folder, 'file')
  await writeFile(path, 'ten octets')
  expect(String(await readBoundedFile(path, 10))).toBe('ten octets')
  expect(await readBoundedFile(path, 9)).toBeUndefined()
  await writeFile(path, '')
  expect(await readBoundedFile(path, 10)).toHaveLength(0)
})

it('refuses what is no file, and does not wait for a pipe', async () => {
  await expect(readBoundedFile(folder, 10)).rejects.toThrow('This is a folder, not a file')
  await expect(readBoundedFile(join(folder, 'none'), 10)).rejects.toMatchObject({ code: 'SP_FILE_MISSING' })
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  await expect(readBoundedFile(pipe, 10)).rejects.toThrow('This is not a regular file')
})
