/** A process that is killed in the middle of its work: what it was told is on the disk is there, and nothing is half done. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { QueueDatabase, checkQueue } from '../../../src/store/index.ts'

const rounds = 6

it('what was answered outlives a kill, whenever it comes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  try {
    const told = new Set<number>()
    for (let round = 0; round < rounds; round++) {
      // A different number of answers each time, so that it dies in different places.
      for (const id of await runUntil(folder, round * 11 + 1)) told.add(id)
      await using store = await QueueDatabase.open(folder)
      await store.recover()
      const sent = new Set(store.list({ state: 'sent' }, 100_000).map(({ id }) => id))
      expect([...told].filter((id) => !sent.has(id))).toEqual([])
      // Each request settles two messages: both, or none.
      expect(sent.size % 2).toBe(0)
      expect(await store.counts('c')).toMatchObject({ total: 4_000, sent: sent.size })
      expect(checkQueue(folder)).toEqual([])
    }
    expect(told.size).toBeGreaterThan(rounds * 10)
  } finally {
    await rm(folder, { recursive: true })
  }
}, 60_000)

/** Starts a process that sends as quickly as it can, and kills it when it has told of so many; what it told of. */
async function runUntil(folder: string, answers: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'crash.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ids: number[] = []
  let lines = 0
  // What it wrote before it died counts as told, also where it is read afterwards.
  for await (const line of createInterface({ input: child.stdout })) {
    ids.push(...line.split(' ').map(Number))
    lines += 1
    if (lines === answers) child.kill('SIGKILL')
  }
  return ids
}
