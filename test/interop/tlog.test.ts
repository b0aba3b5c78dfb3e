/** Logs and proofs of ours, judged by a verifier in Python that was written from the specifications alone. */
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { cp, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  FileStore,
  LogWriter,
  type Note,
  TileTree,
  addSignatures,
  issueReceipt,
  makeSigner,
  printNote,
  printReceipt,
  printVerifier,
} from '../../src/tlog/index.ts'

const script = fileURLToPath(new URL('tlog.py', import.meta.url))
const origin = 'log.example/evidence'
const signer = makeSigner(origin, 'note', generateKeyPairSync('ed25519').privateKey)
const vkey = printVerifier(signer.verifier)
/** Three levels of tiles. */
const size = 66_000

const entryOf = (index: number): Buffer => Buffer.from(`entry ${index}`)

/** What the verifier says: its exit status and its line. */
async function judge(...words: readonly string[]): Promise<{ readonly status: number; readonly says: string }> {
  try {
    const { stdout } = await promisify(execFile)('python3', [script, ...words])
    return { status: 0, says: stdout.trim() }
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'stdout' in error) {
      return { status: Number(error.code), says: String(error.stdout).trim() }
    }
    throw error
  }
}

let place: string
let note: Note
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'tlog-'))
  const writer = await LogWriter.open(new FileStore(join(place, 'log')), { origin, signers: [signer] })
  for (const until of [1, 300, 65_600, size]) {
    while (writer.size < until) writer.append(entryOf(writer.size))
    note = await writer.commit()
  }
})
afterAll(async () => rm(place, { recursive: true }))

it('finds a log of ours whole', async () => {
  expect(await judge('log', join(place, 'log'), origin, vkey)).toEqual({ status: 0, says: 'ok 66000 entries, 3 levels of tiles' })
})

it('finds an empty log whole, and one of every small size', async () => {
  const folder = join(place, 'small')
  const writer = await LogWriter.open(new FileStore(folder), { origin, signers: [signer] })
  for (let entries = 0; entries < 6; entries += 1) {
    await writer.commit()
    const levels = entries > 0 ? 1 : 0
    expect(await judge('log', folder, origin, vkey)).toEqual({
      status: 0,
      says: `ok ${entries} entries, ${levels} levels of tiles`,
    })
    writer.append(entryOf(entries))
  }
})

async function change(path: string, at: number): Promise<void> {
  const octets = await readFile(path)
  octets[at] = (octets[at] ?? 0) ^ 1
  await writeFile(path, octets)
}

it.each<[string, string, (log: string) => Promise<void>]>([
  ['an entry is changed', 'tile/0/007 is not what lies below it', async (log) => change(join(log, 'tile/entries/007'), 3)],
  ['a hash is changed', 'tile/0/007 is not what lies below it', async (log) => change(join(log, 'tile/0/007'), 3)],
  ['a hash above is changed', 'tile/1/000 is not what lies below it', async (log) => change(join(log, 'tile/1/000'), 3)],
  ['a tile is missing', 'tile/1/001.p/1 is missing', async (log) => rm(join(log, 'tile/1/001.p/1'))],
  ['a tile is truncated', 'tile/0/007 is truncated', async (log) => truncate(join(log, 'tile/0/007'), 8160)],
  ['a bundle is truncated', 'tile/entries/007 is not a bundle', async (log) => truncate(join(log, 'tile/entries/007'), 30)],
  [
    'two tiles are swapped',
    'tile/0/003 is not what lies below it',
    async (log) => {
      const [a, b, c] = ['tile/0/003', 'tile/0/007', 'aside'].map((name) => join(log, name)) as [string, string, string]
      await rename(a, c)
      await rename(b, a)
      await rename(c, b)
    },
  ],
  [
    'the checkpoint is changed',
    'the signature of the checkpoint does not verify',
    async (log) => change(join(log, 'checkpoint'), origin.length + 1),
  ],
])('finds that %s', async (_, says, tamper) => {
  const log = join(place, 'tampered')
  await rm(log, { recursive: true, force: true })
  await cp(join(place, 'log'), log, { recursive: true })
  await tamper(log)
  expect(await judge('log', log, origin, vkey)).toEqual({ status: 1, says })
})

it('knows neither another key nor another origin', async () => {
  const other = printVerifier(makeSigner(origin, 'note', generateKeyPairSync('ed25519').privateKey).verifier)
  expect(await judge('log', join(place, 'log'), origin, other)).toEqual({ status: 1, says: 'no known key signed the checkpoint' })
  expect(await judge('log', join(place, 'log'), 'other', vkey)).toEqual({ status: 1, says: 'the checkpoint is of another log' })
})

it.each([0, 255, 256, 65_535, 65_536, 65_999])('takes our receipt of entry %i, and for no other entry', async (index) => {
  const tree = new TileTree(new FileStore(join(place, 'log')), size)
  const [proof, entry, other] = ['proof', 'entry', 'other'].map((name) => join(place, name)) as [string, string, string]
  const text = printReceipt(await issueReceipt(tree, note, index, Buffer.from('where it came from')))
  await writeFile(proof, text)
  await writeFile(entry, entryOf(index))
  await writeFile(other, entryOf(index + 1))
  expect(await judge('proof', proof, entry, origin, vkey)).toEqual({ status: 0, says: `ok entry ${index} of 66000` })
  expect(await judge('proof', proof, other, origin, vkey)).toEqual({ status: 1, says: 'the entry is not in the log' })
  await writeFile(proof, text.replace(`index ${index}`, `index ${index + 1}`))
  expect((await judge('proof', proof, entry, origin, vkey)).status).toBe(1)
})

it('takes our cosignature', async () => {
  const witness = makeSigner('witness.example', 'cosignature', generateKeyPairSync('ed25519').privateKey)
  const file = join(place, 'cosigned')
  await writeFile(file, printNote(addSignatures(note, [witness], 1_679_315_147)))
  expect(await judge('cosigned', file, printVerifier(witness.verifier))).toEqual({ status: 0, says: 'ok time 1679315147' })
  await writeFile(file, printNote(addSignatures(note, [witness], 1_679_315_147)).replace('66000', '66001'))
  expect((await judge('cosigned', file, printVerifier(witness.verifier))).status).toBe(1)
})
