import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { type FileHandle, appendFile, mkdtemp, open, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../clock.ts'
import { EvidenceLog, commit, readLines } from './index.ts'
import { type HeldCheckpoint, type Verification, verifyLog } from './verify/index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const act = (n: number) =>
  ({ kind: 'act', time: '2026-01-01T00:00:00.000Z', act: 'campaign-started', detail: { n, text: 'ä <b> "q"' } }) as const

async function write(...batches: number[]): Promise<void> {
  const log = await EvidenceLog.open(folder, systemClock)
  for (const count of batches) {
    for (let n = 0; n < count; n++) log.append(act(n + 10 * count))
    await log.flush()
  }
  await log.close()
}

async function check(held?: HeldCheckpoint): Promise<Verification> {
  const key = createPublicKey(await readFile(join(folder, 'public.pem')))
  return verifyLog(readLines(join(folder, 'log.jsonl')), key, held)
}

describe('an evidence log', () => {
  it('verifies as it was written, over several runs', async () => {
    await write(3, 2)
    await write(1)
    expect(await check()).toMatchObject({ kind: 'intact', entries: 6, checkpoints: 3, unsigned: 0 })
  })

  it('is signed by a key that only its owner reads', async () => {
    await write(1)
    expect((await stat(join(folder, 'private.pem'))).mode & 0o777).toBe(0o600)
  })

  it('shows a change of any one byte', async () => {
    await write(2, 1)
    const path = join(folder, 'log.jsonl')
    const good = await readFile(path)
    for (let at = 0; at < good.length; at++) {
      for (const flip of [0x01, 0x20, 0x80]) {
        const bad = Buffer.from(good)
        bad.writeUInt8(bad.readUInt8(at) ^ flip, at)
        await writeFile(path, bad)
        const result = await check()
        expect(result.kind, `byte ${at} xor ${flip}: ${JSON.stringify(result)}`).toBe('changed')
      }
    }
  }, 60_000)

  it.each([
    ['a line taken out', (lines: string[]) => lines.toSpliced(1, 1), 2],
    ['a line said twice', (lines: string[]) => lines.toSpliced(1, 0, lines[1] ?? ''), 3],
    ['two lines in the other order', (lines: string[]) => [lines[1] ?? '', lines[0] ?? '', ...lines.slice(2)], 1],
    ['white space added', (lines: string[]) => lines.with(0, `${lines[0]} `), 1],
    ['an empty line', (lines: string[]) => lines.toSpliced(1, 0, ''), 2],
    ['a checkpoint of another log', (lines: string[]) => lines.with(3, (lines[3] ?? '').replace(/"size":3/, '"size":2')), 4],
  ])('shows %s, and where', async (_, change, line) => {
    await write(3, 2)
    const path = join(folder, 'log.jsonl')
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    await writeFile(path, `${change(lines).join('\n')}\n`)
    expect(await check()).toMatchObject({ kind: 'changed', line })
  })

  it('shows a checkpoint that was taken out, put in twice, or given words of its own', async () => {
    await write(2, 2)
    const path = join(folder, 'log.jsonl')
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    const checkpoint = lines[2] ?? ''
    for (const changed of [
      lines.toSpliced(2, 1),
      lines.toSpliced(2, 0, checkpoint),
      lines.with(2, checkpoint.replace('{"head"', '{"audited":true,"head"')),
    ]) {
      await writeFile(path, `${changed.join('\n')}\n`)
      expect(await check()).toMatchObject({ kind: 'changed' })
    }
  })

  it('is not led astray by a line nested without end', async () => {
    await write(1)
    await appendFile(join(folder, 'log.jsonl'), `{"entry":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}},"prev":"","seq":1}\n`)
    expect(await check()).toMatchObject({ kind: 'changed', line: 3, why: 'the line is nested too deep' })
  })

  it('makes no new key beside an old log, and no use of a pair that does not match', async () => {
    await write(1)
    const pem = await readFile(join(folder, 'private.pem'))
    await rm(join(folder, 'private.pem'))
    await expect(EvidenceLog.open(folder, systemClock)).rejects.toMatchObject({ code: 'SP_KEY_MISSING' })
    expect(await check()).toMatchObject({ kind: 'intact' })
    await writeFile(
      join(folder, 'private.pem'),
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
    )
    await expect(EvidenceLog.open(folder, systemClock)).rejects.toMatchObject({ code: 'SP_KEY_INVALID' })
    await writeFile(join(folder, 'private.pem'), pem)
    await write(1)
  })

  it('does not verify under another key', async () => {
    await write(1)
    const log = await readFile(join(folder, 'log.jsonl'))
    for (const name of ['private.pem', 'public.pem', 'log.jsonl']) await rm(join(folder, name))
    await write(1)
    await writeFile(join(folder, 'log.jsonl'), log)
    expect(await check()).toMatchObject({ kind: 'changed', why: 'the signature of the checkpoint is not of this key' })
  })

  it('tells a log that was cut back from one that was not, by a checkpoint kept elsewhere', async () => {
    await write(2, 2)
    const whole = await check()
    const held = { size: 4, head: whole.kind === 'intact' ? (whole.last?.head ?? '') : '' }
    expect(await check(held)).toMatchObject({ held: true })
    const path = join(folder, 'log.jsonl')
    const lines = (await readFile(path, 'utf8')).split('\n')
    await writeFile(path, `${lines.slice(0, 3).join('\n')}\n`)
    expect(await check()).toMatchObject({ kind: 'intact', entries: 2, unsigned: 0 })
    expect(await check(held)).toMatchObject({ kind: 'intact', held: false })
    await write(1, 1)
    expect(await check(held)).toMatchObject({ entries: 4, held: false })
  })

  it('goes on after a crash: cuts off half a line, signs what was left unsigned, and says so', async () => {
    await write(2)
    const path = join(folder, 'log.jsonl')
    const lines = (await readFile(path, 'utf8')).split('\n')
    await writeFile(path, `${lines.slice(0, 2).join('\n')}\n{"entry":{"kind":"sess`)
    expect(await check()).toMatchObject({ kind: 'changed', line: 3, why: 'the line is half-written: it has no end' })
    await write(1)
    expect(await check()).toMatchObject({ kind: 'intact', entries: 4, unsigned: 0 })
    expect(await readFile(path, 'utf8')).toContain('"act":"log-recovered"')
  })

  it('adds nothing to a log that was changed', async () => {
    await write(2)
    const path = join(folder, 'log.jsonl')
    const changed = (await readFile(path, 'utf8')).replace('"n":21', '"n":7')
    await writeFile(path, changed)
    await expect(EvidenceLog.open(folder, systemClock)).rejects.toMatchObject({ code: 'SP_LOG_DAMAGED', where: `${path}:3` })
    expect(await readFile(path, 'utf8')).toBe(changed)
  })

  it('stays bounded on a line without an end', async () => {
    await write(1)
    await appendFile(join(folder, 'log.jsonl'), 'x'.repeat(5_000_000))
    expect(await check()).toMatchObject({ kind: 'changed', line: 3 })
  })

  it('goes on where a crash or a full disk came between the parts of its key', async () => {
    await writeFile(join(folder, 'private.pem.new'), '-----BEGIN PRIV')
    await write(1)
    await rm(join(folder, 'public.pem'))
    await write(1)
    expect(await check()).toMatchObject({ kind: 'intact', entries: 2, checkpoints: 2 })
    expect(await readdir(folder)).toEqual(['log.jsonl', 'private.pem', 'public.pem'])
  })

  it('tells a key file that is none', async () => {
    await write(1)
    await writeFile(join(folder, 'private.pem'), 'secret rubbish')
    const error = await EvidenceLog.open(folder, systemClock).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'SP_KEY_INVALID' })
    expect(String(error)).not.toContain('rubbish')
  })
})

it('commits to recipient and message so that nothing can be guessed or linked without the key', () => {
  const key = Buffer.alloc(32, 7)
  const first = commit(key, 1, 'recipient', 'ada@example.org')
  expect(first).toMatch(/^[0-9a-f]{64}$/)
  expect(commit(key, 1, 'recipient', 'ada@example.org')).toBe(first)
  expect(commit(key, 2, 'recipient', 'ada@example.org')).not.toBe(first)
  expect(commit(key, 1, 'message', 'ada@example.org')).not.toBe(first)
  expect(commit(Buffer.alloc(32, 8), 1, 'recipient', 'ada@example.org')).not.toBe(first)
})

it('takes nothing more after a write that failed, and tells each who waited (a full disk)', async () => {
  const log = await EvidenceLog.open(folder, systemClock)
  log.append(act(1))
  await log.flush()
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  const file = vi
    .spyOn(Object.getPrototypeOf(await handleOf()) as { appendFile: () => Promise<void> }, 'appendFile')
    .mockRejectedValueOnce(full)
  log.append(act(2))
  const first = log.flush()
  log.append(act(3))
  const second = log.flush()
  await expect(first).rejects.toMatchObject({ code: 'SP_DISK_FULL' })
  await expect(second).rejects.toMatchObject({ code: 'SP_DISK_FULL' })
  expect(() => {
    log.append(act(4))
  }).toThrow(expect.objectContaining({ code: 'SP_DISK_FULL' }))
  await expect(log.close()).rejects.toMatchObject({ code: 'SP_DISK_FULL' })
  file.mockRestore()
  expect(await check()).toMatchObject({ kind: 'intact', entries: 1, unsigned: 0 })
})

/** Any file handle: the log's own is private, its class is shared. */
async function handleOf(): Promise<FileHandle> {
  const handle = await open(join(folder, 'log.jsonl'), 'r')
  await handle.close()
  return handle
}
