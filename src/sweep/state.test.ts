import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../test/support/clock.ts'
import type { MxSet } from './mxSet.ts'
import type { SetResult } from './result.ts'
import { StateFile } from './state.ts'

const hour = 3_600_000
const clock = new VirtualClock()
let folder: string
let path: string
let files = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-state-'))
})
beforeEach(() => {
  path = join(folder, `${++files}.jsonl`)
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

const setOf = (host: string): MxSet => ({ ranks: [[host]], implicit: false, nullAmongOthers: false, secure: false })

const resultOf = (result: Partial<SetResult> = {}): SetResult => ({
  verdict: 'valid',
  cause: 'pkix',
  words: 'encrypted, and the certificate is right',
  grade: 'B',
  best: 'valid',
  rules: ['slow-greeting'],
  hosts: [{ mx: 'mx.test', address: '5.45.25.1', verdict: 'valid', cause: 'pkix', grade: 'B' }],
  checkedAt: new Date(clock.now()).toISOString(),
  ...result,
})

const open = async (maxAgeMs = 24 * hour, basis = 'one') => StateFile.open(path, { clock, basis, maxAgeMs })

async function write(...entries: readonly (readonly [string, SetResult])[]): Promise<void> {
  const state = await open()
  for (const [host, result] of entries) state.keep(setOf(host), result)
  await state.close()
}

describe('the state file', () => {
  it('gives back what was kept, the last of each set', async () => {
    await write(['a.test', resultOf({ quote: 'böse \u001b[2J' })], ['b.test', resultOf()], ['b.test', resultOf({ grade: 'D' })])
    const state = await open()
    expect(state.recall(setOf('a.test'))).toEqual(resultOf({ quote: 'böse \u001b[2J' }))
    expect(state.recall(setOf('b.test'))?.grade).toBe('D')
    expect(state.recall(setOf('c.test'))).toBeUndefined()
    expect(state.damaged).toBe(0)
    await state.close()
  })

  it('is for its owner alone', async () => {
    await write()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('loses nothing of a run that was killed in the middle of a line but that line, wherever that was', async () => {
    await write(['a.test', resultOf()], ['b.test', resultOf()])
    const whole = await readFile(path)
    const ends = [...whole.entries()].filter(([, byte]) => byte === 0x0a).map(([index]) => index + 1)
    for (let cut = 0; cut <= whole.length; cut += 7) {
      await writeFile(path, whole.subarray(0, cut))
      const state = await open()
      expect(state.damaged).toBe(0)
      expect(state.recall(setOf('a.test')) !== undefined).toBe(cut >= (ends[1] ?? 0))
      expect(state.recall(setOf('b.test')) !== undefined).toBe(cut >= (ends[2] ?? 0))
      // What comes next stands on a line of its own.
      state.keep(setOf('c.test'), resultOf())
      await state.close()
      const again = await open()
      expect(again.damaged).toBe(0)
      expect(again.recall(setOf('c.test'))).toBeDefined()
      await again.close()
    }
  })

  it('counts a line in its middle that makes no sense, and goes by the others', async () => {
    await write(['a.test', resultOf()])
    await appendFile(path, `{"mx":\n\n${'x'.repeat(3 << 20)}\n{"mx":{},"result":{}}\n\u0000\n`)
    await write(['b.test', resultOf()])
    const state = await open()
    expect(state.damaged).toBe(5)
    expect(state.recall(setOf('a.test'))).toBeDefined()
    expect(state.recall(setOf('b.test'))).toBeDefined()
    await state.close()
  })

  it('takes no line for a result that is none', async () => {
    await write()
    const line = { basis: 'one', mx: setOf('a.test'), result: resultOf() }
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string(), fc.constant(JSON.stringify({ ...line, more: 1 }))), async (text) => {
        const before = (await stat(path)).size
        await appendFile(path, `${text.replaceAll(/[\r\n]/g, '')}\n`)
        const state = await open()
        expect(state.damaged).toBe(1)
        await state.close()
        await truncate(path, before)
      }),
      { numRuns: 50 },
    )
  })

  it('leaves a file that is something else as it is', async () => {
    for (const text of ['email,name\nada@example.org,Ada\n', 'email', '\n', '{"sealpost":"list-check","version":2}\n']) {
      await writeFile(path, text)
      await expect(open()).rejects.toMatchObject({ code: 'SP_FILE_EXISTS' })
      expect(await readFile(path, 'utf8')).toBe(text)
    }
  })

  it('says what keeps it from being opened', async () => {
    path = join(folder, 'missing', 'state.jsonl')
    await expect(open()).rejects.toMatchObject({ code: 'SP_FILE_MISSING' })
    path = folder
    await expect(open()).rejects.toMatchObject({ code: 'SP_FILE_UNREADABLE' })
  })

  it.each([
    ['an answer', 'valid', 23, true],
    ['an answer that is too old', 'valid', 24, false],
    ['an answer of tomorrow, by a clock that was wrong', 'valid', -1, false],
    ['no answer', 'unreachable', 0.9, true],
    ['no answer, an hour ago', 'unreachable', 1, false],
    ['a server that put us off, an hour ago', 'temporary', 1, false],
  ] as const)('%s (%s, %d h old) is used again: %s', async (_, verdict, hours, used) => {
    await write(['a.test', resultOf({ verdict, checkedAt: new Date(clock.now() - hours * hour).toISOString() })])
    const state = await open()
    expect(state.recall(setOf('a.test')) !== undefined).toBe(used)
    await state.close()
    const anew = await open(0)
    expect(anew.recall(setOf('a.test'))).toBeUndefined()
    await anew.close()
  })

  it('keeps results that rest on other settings for those who have these', async () => {
    await write(['a.test', resultOf()])
    const other = await open(24 * hour, 'other')
    expect(other.recall(setOf('a.test'))).toBeUndefined()
    expect(other.damaged).toBe(0)
    other.keep(setOf('a.test'), resultOf({ grade: 'D' }))
    await other.close()
    const state = await open()
    expect(state.recall(setOf('a.test'))?.grade).toBe('B')
    await state.close()
  })

  it('is a regular file: a device may have no end', async () => {
    path = '/dev/zero'
    await expect(open()).rejects.toMatchObject({ code: 'SP_FILE_UNREADABLE' })
  })

  it('says why something could not be kept, and throws nothing: the run is worth more', async () => {
    const state = await open()
    await state.close()
    state.keep(setOf('a.test'), resultOf())
    await expect.poll(() => state.failure).toMatchObject({ code: 'SP_FILE_UNWRITABLE', where: path })
    state.keep(setOf('b.test'), resultOf())
    const again = await open()
    expect(again.recall(setOf('a.test'))).toBeUndefined()
    await again.close()
  })
})
