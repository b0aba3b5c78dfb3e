import { createPublicKey, generateKeyPairSync, hash, randomBytes, sign } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aSession, anAttempt, openLog } from '../../test/support/evidence.ts'
import { readActs, readLogTexts } from '../../test/support/readLog.ts'
import { OpeningsReader } from '../store/index.ts'
import { type IndexedLeaf, attemptKey, commit, fingerprint, readTrust, verifyFolder } from './index.ts'

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(data, { recursive: true })
})

async function collect(leaves: AsyncIterable<IndexedLeaf>): Promise<IndexedLeaf[]> {
  const all = []
  for await (const one of leaves) all.push(one)
  return all
}

const verify = async () => verifyFolder(data, await readTrust(data))

describe('an evidence log', () => {
  it('gives each leaf its place at once, and has all on the disk after a flush', async () => {
    await using log = await openLog(data)
    expect([log.size, log.checkpoint.size]).toEqual([0, 0])
    const session = log.session(aSession())
    const first = log.attempt(anAttempt({ session }))
    const second = log.attempt(anAttempt({ session, number: 2, previous: first }))
    expect(session).toEqual({ id: expect.stringMatching(/^[\w-]{22}$/) as string, leaf: 0 })
    expect([first, second, log.act({ act: 'test-sent', detail: { count: 2 } }), log.size]).toEqual([1, 2, 3, 4])
    await log.flush()
    expect(log.checkpoint.size).toBe(4)
    expect(await verify()).toMatchObject({ kind: 'intact', counts: { session: 1, attempt: 2, act: 1 } })
  })

  it('names nobody, and nothing that leads to a person', async () => {
    {
      await using log = await openLog(data)
      const session = log.session(aSession())
      log.attempt(anAttempt({ session }))
    }
    const text = (await readLogTexts(data)).join('\n')
    for (const told of [
      'ada',
      'example.org',
      'spring',
      '192.0.2.1',
      'queued',
      '4ABC',
      hash('sha256', Buffer.alloc(32, 9), 'hex'),
    ]) {
      expect(text).not.toContain(told)
    }
    const keys = await readFile(join(data, 'evidence', 'keys'), 'utf8')
    expect(keys).toMatch(/^sealpost\.invalid\/[0-9a-f]{16}\+[0-9a-f]{8}\+/)
  })

  it('is opened by what is kept beside it', async () => {
    {
      await using log = await openLog(data)
      const session = log.session(aSession())
      log.attempt(anAttempt({ session }))
      log.attempt(anAttempt({ session, number: 2, previous: 1, outcome: 'deferred', message: null, reply: null }))
    }
    using openings = OpeningsReader.open(data)
    await using log = await openLog(data)
    const [session, first, second] = (await collect(log.readFrom(0))).map(({ leaf }) => leaf)
    const opened = openings?.session(0)
    expect(opened).toMatchObject({ leaf: 0, peer: { host: 'mx.example.org' }, verdict: 'authenticated', tls: { resumed: false } })
    if (session?.kind !== 'session' || first?.kind !== 'attempt' || second?.kind !== 'attempt') throw new Error('other leaves')
    expect(session.peer).toBe(commit(opened?.key ?? new Uint8Array(), 'peer', opened?.peerText ?? ''))
    expect(first.session).toBe(session.id)
    const facts = anAttempt()
    for (const [leaf, number] of [
      [first, 1],
      [second, 2],
    ] as const) {
      const key = attemptKey(facts.key, number)
      expect(leaf.recipient).toBe(commit(key, 'recipient', facts.address))
      expect(leaf.campaign).toBe(commit(key, 'campaign', 'spring'))
      expect(leaf.domain).toBe(commit(key, 'domain', 'example.org'))
    }
    expect(first.message).toBe(commit(attemptKey(facts.key, 1), 'message', '09'.repeat(32)))
    expect(first.reply).toBe(commit(attemptKey(facts.key, 1), 'reply', facts.reply ?? ''))
    expect([second.message, second.reply]).toEqual([null, null])
    expect(openings?.attemptsOf(2)).toMatchObject([
      {
        leaf: 2,
        previous: 1,
        number: 2,
        session: 0,
        campaign: 'spring',
        domain: 'example.org',
        outcome: 'deferred',
        message: null,
      },
      { leaf: 1, previous: null, number: 1, reply: facts.reply, outcome: 'delivered' },
    ])
    const sha256 = opened?.peer.chain[0] ?? ''
    expect(hash('sha256', openings?.certificate(sha256) ?? '', 'hex')).toBe(sha256)
  })

  it('says in the clear who a server is where the settings say so', async () => {
    {
      await using log = await openLog(data, { domains: 'clear', origin: 'log.example.org/news' })
      const session = log.session(aSession())
      log.attempt(anAttempt({ session }))
    }
    const [session, attempt] = (await readLogTexts(data)).map((text) => JSON.parse(text) as Record<string, unknown>)
    expect(session).toMatchObject({ peer: { host: 'mx.example.org', chain: [expect.any(String)] } })
    expect(attempt).toMatchObject({ domain: 'example.org', campaign: expect.stringMatching(/^[\w-]{43}$/) as string })
    expect(await verify()).toMatchObject({ kind: 'intact', origin: 'log.example.org/news' })
    using openings = OpeningsReader.open(data)
    expect(openings?.session(0)).toMatchObject({ key: undefined, peer: { host: 'mx.example.org' } })
  })

  it('is read backwards and from any place, over many tiles', async () => {
    await using log = await openLog(data)
    for (let n = 0; n < 600; n += 1) log.attempt(anAttempt({ number: n + 1 }))
    await log.flush()
    const all = await collect(log.readFrom(0))
    expect(all.map(({ index }) => index)).toEqual(Array.from({ length: 600 }, (_, index) => index))
    expect(await collect(log.readBackwards())).toEqual(all.toReversed())
    expect(await collect(log.readFrom(517))).toEqual(all.slice(517))
    expect(await collect(log.readFrom(600))).toEqual([])
  })

  it('takes overlapping flushes, and more facts than it posts at a time', async () => {
    await using log = await openLog(data)
    const flushes = []
    for (let n = 0; n < 20_000; n += 1) {
      if (n % 64 === 0) await log.room()
      log.attempt(anAttempt({ number: n + 1 }))
      if (n % 1_000 === 0) flushes.push(log.flush())
    }
    await Promise.all(flushes)
    await log.flush()
    expect(log.checkpoint.size).toBe(20_000)
    expect(await verify()).toMatchObject({ kind: 'intact', counts: { attempt: 20_000 } })
    using openings = OpeningsReader.open(data)
    let count = 0
    for (const { leaf, number } of openings?.attempts() ?? []) {
      expect([leaf, number]).toEqual([count, count + 1])
      count += 1
    }
    expect(count).toBe(20_000)
  }, 60_000)

  it('keeps a certificate once, and its folder for its owner', async () => {
    {
      await using log = await openLog(data)
      for (let n = 0; n < 3; n += 1) log.session(aSession())
    }
    {
      await using log = await openLog(data)
      log.session(aSession())
    }
    const mode = async (name: string) => (await stat(join(data, name))).mode & 0o777
    expect(await mode('openings.db')).toBe(0o600)
    expect(await mode('keys/evidence.pem')).toBe(0o600)
    expect(await mode('evidence/checkpoint')).toBe(0o600)
    expect((await readdir(data)).toSorted()).toEqual(['evidence', 'keys', 'openings.db'])
  })

  it('takes nothing after it was closed', async () => {
    const log = await openLog(data)
    await log.close()
    expect(() => log.act({ act: 'erased', detail: {} })).toThrow(/closed/)
    await expect(log.flush()).rejects.toThrow(/closed/)
  })

  it('takes nothing more after a write that failed, and tells each who waited', async () => {
    await using _cleanup = { [Symbol.asyncDispose]: async () => chmod(join(data, 'evidence'), 0o700) }
    const log = await openLog(data)
    log.act({ act: 'test-sent', detail: { n: 1 } })
    await log.flush()
    // A folder stands where the next checkpoint is to be drafted: also root cannot write there.
    await mkdir(join(data, 'evidence', 'checkpoint.new'))
    log.act({ act: 'test-sent', detail: { n: 2 } })
    const first = log.flush()
    log.act({ act: 'test-sent', detail: { n: 3 } })
    const second = log.flush()
    await expect(first).rejects.toMatchObject({ where: expect.stringContaining('checkpoint') as string })
    await expect(second).rejects.toMatchObject({ where: expect.stringContaining('checkpoint') as string })
    expect(() => log.act({ act: 'test-sent', detail: { n: 4 } })).toThrow(/checkpoint/)
    await expect(log.close()).rejects.toThrow(/checkpoint/)
    await rm(join(data, 'evidence', 'checkpoint.new'), { recursive: true })
    expect(await verify()).toMatchObject({ kind: 'intact', checkpoint: { size: 1 } })
    // Nothing of what failed is left: the next run goes on from what was signed.
    {
      await using again = await openLog(data)
      expect(again.act({ act: 'test-sent', detail: { n: 5 } })).toBe(1)
    }
    expect(await verify()).toMatchObject({ kind: 'intact', checkpoint: { size: 2 } })
  })
})

describe('opening', () => {
  const held = async () => {
    await using log = await openLog(data)
    for (let n = 0; n < 5; n += 1) log.attempt(anAttempt({ number: n + 1 }))
    await log.flush()
    return log.checkpoint
  }

  it('refuses a log that was cut back or replaced since, and one whose checkpoint is gone', async () => {
    const before = await held()
    await cp(data, `${data}.old`, { recursive: true })
    const after = await held()
    expect(after.size).toBe(10)
    await (await openLog(data, { held: before })).close()
    await (await openLog(data, { held: after })).close()
    await rm(join(data, 'evidence'), { recursive: true })
    await cp(join(`${data}.old`, 'evidence'), join(data, 'evidence'), { recursive: true })
    await rm(`${data}.old`, { recursive: true })
    await expect(openLog(data, { held: after })).rejects.toMatchObject({ code: 'SP_LOG_DAMAGED' })
    await expect(openLog(data, { held: { ...before, root: '0'.repeat(64) } })).rejects.toMatchObject({ code: 'SP_LOG_DAMAGED' })
    await rm(join(data, 'evidence', 'checkpoint'))
    await expect(openLog(data)).rejects.toMatchObject({ code: 'SP_LOG_DAMAGED' })
  })

  it('makes no new key beside an old log, and no use of another one', async () => {
    await held()
    const path = join(data, 'keys', 'evidence.pem')
    const pem = await readFile(path)
    await rm(path)
    await expect(openLog(data)).rejects.toMatchObject({ code: 'SP_KEY_MISSING' })
    expect(existsSync(path)).toBe(false)
    await writeFile(path, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    await expect(openLog(data)).rejects.toMatchObject({ code: 'SP_KEY_INVALID' })
    await writeFile(path, 'secret rubbish', { mode: 0o600 })
    const error = await openLog(data).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'SP_KEY_INVALID' })
    expect(String(error)).not.toContain('rubbish')
    await writeFile(path, pem)
    await (await openLog(data)).close()
  })

  it('refuses openings that are no database, and writes nothing', async () => {
    await held()
    await writeFile(join(data, 'openings.db'), 'this is no database, but long enough to be looked at. '.repeat(100))
    await expect(openLog(data)).rejects.toMatchObject({ code: 'SP_STORE_DAMAGED' })
    expect(await verify()).toMatchObject({ kind: 'intact', checkpoint: { size: 5 } })
  })

  it('goes on without openings: what was erased stays erased', async () => {
    await held()
    await rm(join(data, 'openings.db'))
    await held()
    using openings = OpeningsReader.open(data)
    expect([...(openings?.attempts() ?? [])].map(({ leaf }) => leaf)).toEqual([5, 6, 7, 8, 9])
  })
})

/** A log of the former format, signed and linked as that was. */
async function writeFormer(entries: number): Promise<{ readonly size: number; readonly root: string; readonly key: string }> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const lines: string[] = []
  let head = '0'.repeat(64)
  const add = (line: string): void => {
    lines.push(line)
    head = hash('sha256', `sealpost evidence v1 line\n${line}`, 'hex')
  }
  for (let seq = 0; seq < entries; seq += 1)
    add(`{"entry":{"act":"campaign-started","kind":"act"},"prev":"${head}","seq":${seq}}`)
  const last = head
  const checkpoint = `{"head":"${last}","size":${entries},"time":"2026-01-01T00:00:00.000Z"}`
  const signature = sign(null, Buffer.from(`sealpost evidence v1 checkpoint\n${checkpoint}`), privateKey).toString('base64')
  add(`{"checkpoint":${checkpoint},"signature":"${signature}"}`)
  const folder = join(data, 'evidence')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'log.jsonl'), `${lines.join('\n')}\n`)
  await writeFile(join(folder, 'private.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  const own = createPublicKey(privateKey)
  await writeFile(join(folder, 'public.pem'), own.export({ type: 'spki', format: 'pem' }))
  return { size: entries, root: last, key: hash('sha256', own.export({ type: 'spki', format: 'der' }), 'hex') }
}

describe('a log of the former format', () => {
  it('is set aside, its hash recorded, and its key signs on', async () => {
    const former = await writeFormer(4)
    const text = await readFile(join(data, 'evidence', 'log.jsonl'))
    await (await openLog(data, { held: former })).close()
    const trust = await readTrust(data)
    expect(fingerprint(trust.keys[0])).toBe(former.key)
    expect(trust.origin).toBe(`sealpost.invalid/${former.key.slice(0, 16)}`)
    const [act] = await readActs(data, 'former-log')
    expect(act?.detail).toMatchObject({ sha256: hash('sha256', text, 'hex'), lines: 5, held: former.root })
    const lines = text.toString().trimEnd().split('\n')
    expect(act?.detail['head']).toBe(hash('sha256', `sealpost evidence v1 line\n${lines.at(-1)}`, 'hex'))
    expect((await readdir(join(data, 'evidence'))).toSorted()).toEqual([
      'checkpoint',
      'former.jsonl',
      'keys',
      'public.pem',
      'tile',
    ])
    expect(await readFile(join(data, 'evidence', 'former.jsonl'))).toEqual(text)
    // A run that was killed before the queue remembered anything new is no reason to refuse.
    await (await openLog(data, { held: former })).close()
    expect(await readActs(data)).toHaveLength(1)
    expect(await verifyFolder(data, trust, [{ kind: 'told', ...former }])).toMatchObject({ kind: 'intact' })
    await expect(openLog(data, { held: { ...former, root: 'f'.repeat(64) } })).rejects.toMatchObject({ code: 'SP_LOG_DAMAGED' })
  })

  it('is recorded once, though a crash came before it got its new name', async () => {
    const former = await writeFormer(2)
    const text = await readFile(join(data, 'evidence', 'log.jsonl'))
    await (await openLog(data, { held: former })).close()
    await writeFile(join(data, 'evidence', 'log.jsonl'), text)
    await rm(join(data, 'evidence', 'former.jsonl'))
    await (await openLog(data, { held: former })).close()
    expect(await readActs(data, 'former-log')).toHaveLength(1)
    expect(existsSync(join(data, 'evidence', 'former.jsonl'))).toBe(true)
  })

  it('that was cut back or replaced is refused', async () => {
    const former = await writeFormer(4)
    const path = join(data, 'evidence', 'log.jsonl')
    const text = await readFile(path, 'utf8')
    await writeFile(path, `${text.split('\n').slice(0, 2).join('\n')}\n`)
    await expect(openLog(data, { held: former })).rejects.toMatchObject({
      code: 'SP_LOG_DAMAGED',
      what: expect.stringContaining('cut back') as string,
    })
    expect(existsSync(path)).toBe(true)
  })

  it('whose key is of another kind gets a new key', async () => {
    await writeFormer(1)
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    await writeFile(join(data, 'evidence', 'private.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
    await (await openLog(data)).close()
    expect(await verify()).toMatchObject({ kind: 'intact', counts: { act: 1 } })
  })

  it('with a line without an end is read within bounds', async () => {
    await writeFormer(1)
    await writeFile(join(data, 'evidence', 'log.jsonl'), randomBytes(3_000_000).toString('hex'))
    await (await openLog(data)).close()
    expect((await readActs(data, 'former-log'))[0]?.detail['lines']).toBe(0)
  })
})
