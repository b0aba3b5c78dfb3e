/** A process that writes evidence may be killed at any moment: what it said was on the disk is, and rows and leaves belong together. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readTrust, verifyFolder } from '../../../src/evidence/index.ts'
import { OpeningsReader } from '../../../src/store/index.ts'
import { anAttempt, openLog } from '../../support/evidence.ts'
import { readLog } from '../../support/readLog.ts'

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(data, { recursive: true })
})

function start(program: string) {
  const path = fileURLToPath(new URL(program, import.meta.url))
  const child = spawn(process.execPath, [path, data], { stdio: ['ignore', 'pipe', 'inherit'] })
  return { child, gone: once(child, 'exit') }
}

/** Lets the program record until it has said so many sizes, and kills it in the midst of what it does then. */
async function recordAndKill(sizes: number): Promise<number> {
  const { child, gone } = start('recordForever.ts')
  let last = -1
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line)
    sizes -= 1
    if (sizes === 0) child.kill('SIGKILL')
  }
  await gone
  return last
}

function leavesOfRows(): readonly number[] {
  using openings = OpeningsReader.open(data)
  const rows = [...(openings?.attempts() ?? []), ...(openings?.sessions() ?? [])]
  return rows.map(({ leaf }) => leaf).toSorted((a, b) => a - b)
}

it('has all that it said was on the disk, a row for each leaf and a leaf for each row, however often it is killed', async () => {
  let size = 0
  for (const sizes of [1, 3, 2, 6]) {
    const said = await recordAndKill(sizes)
    expect(said).toBeGreaterThan(size)
    // Before it is opened again: what is signed can be read, whatever lies beyond it.
    expect(await verifyFolder(data, await readTrust(data))).toMatchObject({ kind: 'intact' })
    await using log = await openLog(data)
    ;({ size } = log)
    expect(size).toBeGreaterThanOrEqual(said)
    expect(leavesOfRows()).toEqual(Array.from({ length: size }, (_, leaf) => leaf))
  }
  const leaves = await readLog(data)
  const sessions = new Set<string>()
  for (const leaf of leaves) {
    if (leaf.kind === 'session') sessions.add(leaf.id)
    if (leaf.kind === 'attempt') expect(sessions).toContain(leaf.session)
  }
}, 120_000)

it('drops openings of leaves that were never signed', async () => {
  {
    await using log = await openLog(data)
    log.attempt(anAttempt({ address: 'first@example.org' }))
  }
  const { child, gone } = start('dieBetween.ts')
  await gone
  expect(child.signalCode).toBe('SIGKILL')
  expect(leavesOfRows()).toHaveLength(301)
  expect(await verifyFolder(data, await readTrust(data))).toMatchObject({ kind: 'intact', checkpoint: { size: 1 } })
  {
    await using log = await openLog(data)
    expect(log.size).toBe(1)
    expect(leavesOfRows()).toEqual([0])
    expect(log.attempt(anAttempt({ address: 'next@example.org', number: 2 }))).toBe(1)
  }
  using openings = OpeningsReader.open(data)
  expect(openings?.attempt(1)).toMatchObject({ number: 2 })
}, 60_000)

it('goes on where tiles of an unsigned batch were left torn', async () => {
  {
    await using log = await openLog(data)
    for (let number = 1; number <= 5; number += 1) log.attempt(anAttempt({ number }))
  }
  const bundles = join(data, 'evidence', 'tile', 'entries', '000.p')
  await writeFile(join(bundles, '9'), 'half of a bun')
  await writeFile(join(bundles, '7.new'), '')
  await truncate(join(bundles, '7.new'), 100)
  {
    await using log = await openLog(data)
    expect(log.size).toBe(5)
    for (let number = 6; number <= 9; number += 1) log.attempt(anAttempt({ number }))
  }
  expect((await readdir(bundles)).toSorted()).toEqual(['5', '9'])
  expect(await verifyFolder(data, await readTrust(data))).toMatchObject({ kind: 'intact', checkpoint: { size: 9 } })
}, 60_000)
