import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openKeys } from './keys.ts'
import { rotateKeys } from './rotateKeys.ts'

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(data, { recursive: true })
})

it('keys get a newer one beside them, which signs from then on', async () => {
  const before = await openKeys(data, 'links')
  expect(await rotateKeys(data, 'links')).toBe(2)
  const after = await openKeys(data, 'links')
  expect([after.current, after.all.get(1)]).toEqual([2, before.all.get(1)])
  expect((await stat(join(data, 'keys/links.key'))).mode & 0o777).toBe(0o600)
  await writeFile(join(data, 'keys/links.key'), `255 ${'a'.repeat(64)}\n`)
  await expect(rotateKeys(data, 'links')).rejects.toMatchObject({ code: 'SP_KEY_INVALID' })
})

const upTo = (last: number): number[] => Array.from({ length: last }, (_, at) => at + 1)

/** Rotates again and again when it is told to begin, and prints each number. */
const script = `
import { rotateKeys } from ${JSON.stringify(new URL('rotateKeys.ts', import.meta.url).href)}
process.stdout.write('ready ')
process.stdin.once('data', async () => {
  for (let count = 0; count < 25; count++) process.stdout.write(await rotateKeys(process.argv[1], 'links') + ' ')
  process.exit()
})
`

it('two processes that add keys at once lose none of them', async () => {
  const first = await openKeys(data, 'links')
  const children = [1, 2].map(() => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, data], { stdio: ['pipe', 'pipe', 'inherit'] })
    const said: string[] = []
    child.stdout.on('data', (chunk) => said.push(String(chunk)))
    return { child, said }
  })
  await Promise.all(children.map(async ({ child }) => once(child.stdout, 'data')))
  for (const { child } of children) child.stdin.write('begin\n')
  await Promise.all(children.map(async ({ child }) => once(child, 'close')))
  const numbers = children.flatMap(({ said }) => said.join('').replace('ready ', '').trim().split(' ').map(Number))
  expect(numbers.toSorted((one, other) => one - other)).toEqual(upTo(51).slice(1))
  const { all } = await openKeys(data, 'links')
  expect([...all.keys()]).toEqual(upTo(51))
  expect(all.get(1)).toEqual(first.all.get(1))
  expect(new Set([...all.values()].map((key) => Buffer.from(key).toString('hex'))).size).toBe(51)
})

it('in one process they wait for each other, and for whoever has the lock', async () => {
  await openKeys(data, 'links')
  const lock = new DatabaseSync(join(data, 'keys/lock.db'))
  lock.exec('BEGIN EXCLUSIVE')
  const rotated = Promise.all(upTo(4).map(async () => rotateKeys(data, 'links')))
  lock.close()
  expect((await rotated).toSorted((one, other) => one - other)).toEqual([2, 3, 4, 5])
})
