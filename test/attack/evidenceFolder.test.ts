/**
 * Somebody who can write to a data folder wants the evidence to say something else than it did: that a message went encrypted,
 * or that there never was one. He changes, cuts and removes files, puts an older log or another one in the place of this,
 * takes the signature off or signs with a key of his own; and if he has the key, he signs what the program would never write.
 * Whoever verifies the folder, with a key and a checkpoint that he kept elsewhere, is told that something is wrong, and what.
 */
import { generateKeyPairSync } from 'node:crypto'
import { cp, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, afterAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type EvidenceVerification,
  type KeptCheckpoint,
  type LogTrust,
  readTrust,
  verifyFolder,
} from '../../src/evidence/index.ts'
import { openSigningKeys } from '../../src/evidence/key.ts'
import {
  FileStore,
  LogWriter,
  type Signer,
  makeSigner,
  parseNote,
  printNote,
  printVerifier,
  signNote,
} from '../../src/tlog/index.ts'
import { aSession, anAttempt, openLog } from '../support/evidence.ts'

/** Two full tiles and a partial one. */
const leaves = 600

let original: string
let older: string
let kept: KeptCheckpoint & { kind: 'told' }
let trust: LogTrust
let signer: Signer
beforeAll(async () => {
  original = await mkdtemp(join(tmpdir(), 'sealpost-'))
  older = `${original}.older`
  {
    await using log = await openLog(original)
    const session = log.session(aSession())
    while (log.size < 300) log.attempt(anAttempt({ session, number: log.size }))
  }
  await cp(original, older, { recursive: true })
  {
    await using log = await openLog(original)
    while (log.size < leaves) log.attempt(anAttempt({ number: log.size, outcome: 'deferred' }))
    await log.flush()
    kept = { kind: 'told', ...log.checkpoint }
  }
  trust = await readTrust(original)
  ;({ signer } = await openSigningKeys(original, {}))
}, 60_000)
afterAll(async () => {
  for (const folder of [original, older]) await rm(folder, { recursive: true })
})

let data: string
let evidence: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'sealpost-'))
  evidence = join(data, 'evidence')
  await cp(original, data, { recursive: true })
})
afterEach(async () => {
  await rm(data, { recursive: true })
})

const at = (path: string) => join(evidence, path)

async function change(path: string, edit: (octets: Buffer) => Buffer): Promise<void> {
  await writeFile(at(path), edit(await readFile(at(path))))
}

const flip = (path: string, place: number) => async () =>
  change(path, (octets) => {
    octets.writeUInt8(octets.readUInt8(place) ^ 1, place)
    return octets
  })

/** Signs the checkpoint anew. */
async function resign(signers: readonly Signer[]): Promise<void> {
  const note = parseNote(await readFile(at('checkpoint')))
  if (note.kind === 'malformed') throw new Error(note.why)
  await writeFile(at('checkpoint'), printNote(signNote(note.text, signers)))
}

/** Adds an entry as whoever has the key can. */
async function forge(entry: string | Uint8Array): Promise<void> {
  const log = await LogWriter.open(new FileStore(evidence), { origin: trust.origin, signers: [signer] })
  log.append(Buffer.from(entry as string))
  await log.commit()
}

const foreign = () => makeSigner(trust.origin, 'note', generateKeyPairSync('ed25519').privateKey)

/** Another log in its place, with another name. */
async function replaceByOther(): Promise<void> {
  const folder = `${data}.other`
  {
    await using log = await openLog(folder)
    while (log.size < leaves) log.attempt(anAttempt({ number: log.size + 1 }))
  }
  await rm(evidence, { recursive: true })
  await rename(join(folder, 'evidence'), evidence)
  await rm(folder, { recursive: true })
}

async function putOlderBack(): Promise<void> {
  await rm(evidence, { recursive: true })
  await cp(join(older, 'evidence'), evidence, { recursive: true })
}

/** The same size, signed with the same key, and other leaves. */
async function rewriteHistory(): Promise<void> {
  await putOlderBack()
  await using log = await openLog(data)
  while (log.size < leaves) log.attempt(anAttempt({ number: log.size, outcome: 'delivered' }))
}

const verify = async (): Promise<EvidenceVerification> => verifyFolder(data, trust, [kept])

describe('whoever verifies the folder is told', () => {
  it('that it is intact where nobody touched it', async () => {
    expect(await verify()).toMatchObject({
      kind: 'intact',
      checkpoint: { size: leaves, root: kept.root },
      counts: { session: 1, attempt: 599 },
      kept: 1,
    })
  })

  it.each<[string, () => Promise<unknown>, string, string]>([
    ['a tile is missing', () => rm(at('tile/0/001')), 'tile-missing', 'tile/0/001'],
    ['a tile is truncated', () => truncate(at('tile/0/001'), 8_000), 'tile-truncated', 'tile/0/001'],
    ['a tile is changed', flip('tile/0/001', 70), 'hash-wrong', 'tile/0/001'],
    ['the tile above is changed', flip('tile/1/000.p/2', 40), 'hash-wrong', 'tile/1/000.p/2'],
    ['a bundle is missing', () => rm(at('tile/entries/001')), 'bundle-missing', 'tile/entries/001'],
    ['a bundle is truncated', () => truncate(at('tile/entries/001'), 900), 'bundle-malformed', 'tile/entries/001'],
    ['an entry is changed', flip('tile/entries/001', 90), 'entry-wrong', 'tile/entries/001'],
    ['the last bundle is changed', flip('tile/entries/002.p/88', 90), 'entry-wrong', 'tile/entries/002.p/88'],
    [
      'two bundles changed places',
      async () => {
        await rename(at('tile/entries/000'), at('kept'))
        await rename(at('tile/entries/001'), at('tile/entries/000'))
        await rename(at('kept'), at('tile/entries/001'))
      },
      'bundle-swapped',
      'tile/entries/000',
    ],
    ['the checkpoint is missing', () => rm(at('checkpoint')), 'checkpoint-missing', 'checkpoint'],
    ['the checkpoint is none', () => writeFile(at('checkpoint'), 'all is well\n'), 'checkpoint-malformed', 'checkpoint'],
    [
      'the signature was taken off',
      async () => change('checkpoint', (octets) => Buffer.from(`${octets.toString().split('\n\n')[0]}\n\n`)),
      'checkpoint-malformed',
      'checkpoint',
    ],
    [
      'the signature is wrong',
      async () => change('checkpoint', (octets) => Buffer.from(octets.toString().replace(`\n${leaves}\n`, `\n${leaves - 1}\n`))),
      'signature-wrong',
      'checkpoint',
    ],
    ['another key signed', async () => resign([foreign()]), 'signature-unknown', 'checkpoint'],
    ['an older log was put back', putOlderBack, 'older-size', 'checkpoint'],
    ['its history was rewritten, by whoever has the key', rewriteHistory, 'fork', 'checkpoint'],
    ['another log stands there', replaceByOther, 'other-origin', 'checkpoint'],
    ['an entry is no leaf', async () => forge('{"kind":"attempt"}'), 'leaf-malformed', 'tile/entries'],
    ['an entry is not even JSON', async () => forge(Buffer.from([0xff, 0xfe])), 'leaf-malformed', 'tile/entries'],
    [
      'a leaf is not canonical',
      async () =>
        forge('{"kind":"act","act":"erased","detail":{},"format":"sealpost-evidence/1","time":"2026-01-01T00:00:00.000Z"}'),
      'leaf-not-canonical',
      'tile/entries',
    ],
    ['an entry is as long as can be', async () => forge('x'.repeat(65_535)), 'leaf-malformed', 'tile/entries'],
  ])(
    'that %s',
    async (_, tamper, failure, where) => {
      await tamper()
      const verified = await verify()
      expect(verified).toMatchObject({ kind: 'failed', failure, where })
    },
    30_000,
  )

  it('which entry is not what it was', async () => {
    await flip('tile/entries/001', 2)()
    expect(await verify()).toMatchObject({ failure: 'entry-wrong', index: 256 })
  })

  it('that a signed checkpoint which was kept is of another log, of another key, or changed', async () => {
    const path = join(data, 'kept')
    const good = await readFile(at('checkpoint'))
    const keep = async (note: Uint8Array) => verifyFolder(data, trust, [{ kind: 'signed', note, where: path }])
    expect(await keep(good)).toMatchObject({ kind: 'intact', kept: 1 })
    const text = good.toString()
    expect(await keep(Buffer.from(text.replace(trust.origin, 'other.example')))).toMatchObject({
      failure: 'other-origin',
      where: path,
    })
    expect(await keep(Buffer.from(text.replace(`\n${leaves}\n`, '\n9\n')))).toMatchObject({
      failure: 'signature-wrong',
      where: path,
    })
    const [head = ''] = text.split('\n\n')
    expect(await keep(Buffer.from(printNote(signNote(`${head}\n`, [foreign()]))))).toMatchObject({
      failure: 'signature-unknown',
      where: path,
    })
    expect(await keep(Buffer.from('nonsense'))).toMatchObject({ failure: 'checkpoint-malformed', where: path })
  })
})

describe('and nothing is added', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['the last bundle was changed', flip('tile/entries/002.p/88', 90)],
    ['the last tile was changed', flip('tile/0/002.p/88', 9)],
    ['the checkpoint was changed', flip('checkpoint', 60)],
    ['another key signed', async () => resign([foreign()])],
    ['an older log was put back', putOlderBack],
    ['its history was rewritten', rewriteHistory],
    ['the list of keys names another key', async () => writeFile(at('keys'), `${printVerifier(foreign().verifier)}\n`)],
    ['the list of keys is gone', () => rm(at('keys'))],
    ['the list of keys is none', () => writeFile(at('keys'), 'x\n'.repeat(100_000))],
  ])(
    'where %s',
    async (_, tamper) => {
      await tamper()
      const before = await readFile(at('checkpoint'))
      const error = await openLog(data, { held: kept }).catch((caught: unknown) => caught)
      expect(error).toMatchObject({
        code: expect.stringMatching(/^SP_(?:LOG_DAMAGED|KEY_MISSING|KEY_INVALID|NOTE_INVALID)$/) as string,
      })
      expect(await readFile(at('checkpoint'))).toEqual(before)
    },
    30_000,
  )
})
