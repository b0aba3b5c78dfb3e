/**
 * Somebody wants the log of a sender to be believed under a key of his own. He writes into it that the sender's key handed over
 * to his, without the sender's signature, with that of another key, or with one that was given for another log; he takes away
 * the note of where rotations stand, or makes it lead elsewhere; or he stole a key that was replaced since, and signs on with
 * it. Whoever trusts any key that the sender ever had must find the whole log, and none of this.
 */
import { generateKeyPairSync, sign } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openSigningKeys } from '../../src/evidence/key/index.ts'
import {
  type EvidenceVerification,
  type KeptCheckpoint,
  describeKey,
  readTrust,
  rotateSigningKey,
  verifyFolder,
} from '../../src/evidence/index.ts'
import { type ProvableAttempt, ProvableLog } from '../../src/evidence/receipt/index.ts'
import { type Json, canonicalize, parseKey, verifyReceipt } from '../../src/evidence/verify/index.ts'
import { OpeningsReader } from '../../src/store/index.ts'
import { FileStore, LogWriter, type Signer, makeSigner, printNote, printVerifier, signNote } from '../../src/tlog/index.ts'
import { aSession, anAttempt, openLog } from '../support/evidence.ts'

let original: string
let data: string
/** The keys of the log, the oldest first. */
const signers: Signer[] = []
/** The checkpoints that each of them signed last. */
const notes: Buffer[] = []

const evidence = (name: string): string => join(data, 'evidence', name)
const signerOf = (index: number): Signer => signers[index] ?? foreign()
const key = (index: number): string => printVerifier(signerOf(index).verifier)
const foreign = (name = signers[0]?.verifier.name ?? ''): Signer =>
  makeSigner(name, 'note', generateKeyPairSync('ed25519').privateKey)

beforeAll(async () => {
  original = await mkdtemp(join(tmpdir(), 'sealpost-'))
  for (let turn = 0; turn < 3; turn += 1) {
    if (turn > 0) await rotateSigningKey(original, { time: turn })
    {
      await using log = await openLog(original)
      const session = log.session(aSession())
      for (let number = 1; number <= 300; number += 1) log.attempt(anAttempt({ session, number }))
    }
    signers.push((await openSigningKeys(original, {})).signer)
    notes.push(await readFile(join(original, 'evidence/checkpoint')))
  }
}, 60_000)
afterAll(async () => rm(original, { recursive: true }))
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'sealpost-'))
  await cp(original, data, { recursive: true })
})
afterEach(async () => rm(data, { recursive: true }))

const verify = async (by?: string, kept: readonly KeptCheckpoint[] = []): Promise<EvidenceVerification> =>
  verifyFolder(data, await readTrust(data, by), kept)

/** Adds an act as whoever has a key of the log can. */
async function forge(detail: Readonly<Record<string, Json>>, by = signerOf(2), act = 'key-rotated'): Promise<void> {
  const log = await LogWriter.open(new FileStore(join(data, 'evidence')), {
    origin: by.verifier.name,
    signers: [by],
    formerKeys: signers.map(({ verifier }) => verifier),
  })
  const leaf = { format: 'sealpost-evidence/1', kind: 'act', time: '2026-11-25T00:00:00.000Z', act, detail }
  log.append(Buffer.from(canonicalize(leaf)))
  await log.commit()
}

function handOver(from: Signer, to: string, by = from, origin = from.verifier.name): Readonly<Record<string, Json>> {
  const signature = sign(null, Buffer.from(`sealpost key rotation\n${origin}\n${to}\n`), by.key).toString('base64')
  return { from: printVerifier(from.verifier), to, signature }
}

describe('whoever trusts any key that the log had', () => {
  it('finds all of it, by the note of rotations or without', async () => {
    for (const removed of [false, true]) {
      if (removed) await rm(evidence('rotations'))
      for (const index of [0, 1, 2]) {
        expect(await verify(key(index)), `key ${index}`).toMatchObject({ kind: 'intact', counts: { attempt: 900, act: 2 } })
      }
    }
    const verified = await verify(key(1))
    expect(verified.kind === 'intact' && verified.keys.map(printVerifier)).toEqual([key(0), key(1), key(2)])
    await writeFile(join(data, 'old.pem'), describeKey(signerOf(0).verifier).pem)
    expect((await verify(join(data, 'old.pem'))).kind).toBe('intact')
    expect((await verify(evidence('keys'))).kind).toBe('intact')
  })

  it.each([
    ['leads elsewhere', '0\n7\n12\n'],
    ['is in disorder', '602\n301\n602\n'],
    ['is nonsense', `${'9'.repeat(16)}\n-1\nx\n${'1\n'.repeat(10_000)}`],
  ])('is not led astray where the note of rotations %s', async (_, text) => {
    await writeFile(evidence('rotations'), text)
    expect((await verify(key(0))).kind).toBe('intact')
  })

  it('may have kept a checkpoint that any of them signed', async () => {
    for (const by of [0, 1, 2]) {
      const kept = notes.map((note) => ({ kind: 'signed' as const, note, where: 'kept' }))
      expect(await verify(key(by), kept)).toMatchObject({ kind: 'intact', kept: 3 })
    }
    const other = Buffer.from(String(notes[0]).replace(/\n3\d\d\n/, '\n299\n'))
    expect(await verify(key(2), [{ kind: 'signed', note: other, where: 'kept' }])).toMatchObject({ failure: 'signature-wrong' })
  })

  it('can verify a receipt, of before and after', async () => {
    const log = await ProvableLog.open(data)
    for (const leaf of [10, 400, 900]) {
      const receipt = JSON.stringify(await log.prove(openAttempt(leaf)))
      for (const index of [0, 1, 2]) {
        const trusted = await parseKey(key(index))
        expect(await verifyReceipt(receipt, { keys: trusted ? [trusted] : [] })).toMatchObject({ kind: 'proven', rotations: 2 })
      }
    }
  })
})

/** An attempt of those above, as the openings have it. */
function openAttempt(leaf: number): ProvableAttempt {
  using openings = OpeningsReader.open(data)
  const attempt = openings?.attempt(leaf)
  const session = openings?.session(attempt?.session ?? -1)
  if (!attempt || !session) throw new Error(`nothing opens entry ${leaf}`)
  const { address, key } = anAttempt()
  return { attempt, recipient: address, key, session: { ...session, peer: session.peerText }, certificates: [] }
}

describe('a rotation is refused that', () => {
  it.each<[string, () => Readonly<Record<string, Json>>, string]>([
    ['nobody signed', () => ({ from: key(2), to: printVerifier(foreign().verifier), signature: '' }), 'did not sign'],
    ['another key signed', () => handOver(signerOf(2), printVerifier(foreign().verifier), foreign()), 'did not sign'],
    [
      'was signed for another log',
      () => handOver(signerOf(2), printVerifier(foreign().verifier), signerOf(2), 'other.example'),
      'did not sign',
    ],
    ['has no signature', () => ({ from: key(2), to: key(1) }), 'does not say which key'],
    ['names no keys', () => ({ from: 'x', to: 'y', signature: 'z' }), 'does not say which key'],
    [
      'is of keys of another log',
      () => handOver(foreign('other.example'), printVerifier(foreign('other.example').verifier)),
      'of another log',
    ],
    [
      'leads to a key of another log',
      () => handOver(signerOf(2), printVerifier(foreign('other.example').verifier)),
      'of another log',
    ],
    [
      'a key signed that was replaced before',
      () => handOver(signerOf(0), printVerifier(foreign().verifier)),
      'not the one that signed then',
    ],
  ])('%s', async (_, detail, why) => {
    await forge(detail())
    const verified = await verify()
    expect(verified).toMatchObject({ kind: 'failed', failure: 'rotation-wrong', where: 'tile/entries', index: 905 })
    expect(verified.kind === 'failed' && verified.why).toContain(why)
  })

  it('leads to a key which does not sign the log', async () => {
    await forge(handOver(signerOf(2), printVerifier(foreign().verifier)))
    expect(await verify(key(2))).toMatchObject({ failure: 'rotation-wrong', where: 'checkpoint', index: null })
  })
})

it('a key that was replaced signs nothing any more, whoever has it', async () => {
  await forge({}, signerOf(0), 'erased')
  const verified = await verify(key(0))
  expect(verified).toMatchObject({ failure: 'rotation-wrong', where: 'checkpoint' })
  expect(verified.kind === 'failed' && verified.why).toContain('has not signed the checkpoint')
})

it('a key that the log does not lead to is trusted by nobody who has another', async () => {
  const stranger = foreign()
  const checkpoint = String(notes[2])
  await writeFile(evidence('checkpoint'), printNote(signNote(`${checkpoint.split('\n\n')[0]}\n`, [stranger])))
  for (const index of [0, 1, 2]) expect(await verify(key(index))).toMatchObject({ failure: 'signature-unknown' })
  // Beside the log he may write what he likes; nothing can be proven from it.
  await writeFile(evidence('keys'), `${key(0)}\n${printVerifier(stranger.verifier)}\n`)
  expect(await verify()).toMatchObject({ failure: 'rotation-wrong', where: 'checkpoint' })
  const log = await ProvableLog.open(data)
  await expect(log.prove(openAttempt(10))).rejects.toMatchObject({
    code: 'SP_LOG_DAMAGED',
    what: expect.stringContaining('does not tell how the key') as string,
  })
})
