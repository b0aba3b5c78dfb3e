/**
 * Somebody who can write to the folder of a log, and has not its key, wants an entry gone or changed, or wants it to look as
 * if the log had never held it: changes, cuts, swaps and removes tiles, puts an older log back, or signs another history with
 * the key when he has that too. Whoever verifies the log must be told that something is wrong, and what is wrong first, so
 * that the rest can be judged.
 */
import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type LogVerification,
  LogWriter,
  MemoryStore,
  type Note,
  type WriterOptions,
  hashLeaf,
  makeSigner,
  parseCheckpoint,
  parseTilePath,
  printCheckpoint,
  printNote,
  signNote,
  verifyTiles,
} from '../../src/tlog/index.ts'

const origin = 'log.example'
const signer = makeSigner(origin, 'note', generateKeyPairSync('ed25519').privateKey)
const options: WriterOptions = { origin, signers: [signer] }
const trust = { origin, logKeys: [signer.verifier] }

interface Log {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly notes: readonly Note[]
}

async function makeLog(sizes: readonly number[], text: string): Promise<Log> {
  const store = new MemoryStore()
  const writer = await LogWriter.open(store, options)
  const notes: Note[] = []
  for (const size of sizes) {
    while (writer.size < size) writer.append(Buffer.from(`${text} ${writer.size}`))
    notes.push(await writer.commit())
  }
  return { files: store.files, notes }
}

/** Three levels of tiles, with a full one and a partial one of each of the lower two. */
let large: Log
let small: Log
beforeAll(async () => {
  large = await makeLog([65_000, 66_000], 'entry')
  small = await makeLog([100, 700], 'entry')
})

type Tamper = (files: Map<string, Uint8Array>) => void

async function verifyTampered(log: Log, tamper: Tamper, held?: Note): Promise<LogVerification> {
  const store = new MemoryStore()
  for (const [path, octets] of log.files) store.files.set(path, Buffer.from(octets))
  tamper(store.files)
  return verifyTiles(store, trust, held ? { held: headOf(held) } : {})
}

function headOf(note: Note): { size: number; root: Uint8Array } {
  const head = parseCheckpoint(note.text)
  if (head.kind === 'malformed') throw new Error(head.why)
  return head
}

function at(files: Map<string, Uint8Array>, path: string): Uint8Array {
  const octets = files.get(path)
  if (!octets) throw new Error(`the log has no ${path}`)
  return octets
}

const flip =
  (path: string, octet: number): Tamper =>
  (files) => {
    const octets = at(files, path)
    octets[octet] = (octets[octet] ?? 0) ^ 1
  }
const remove =
  (path: string): Tamper =>
  (files) => {
    at(files, path)
    files.delete(path)
  }
const cut =
  (path: string, octets: number): Tamper =>
  (files) =>
    void files.set(path, at(files, path).subarray(0, -octets))
const extend =
  (path: string): Tamper =>
  (files) =>
    void files.set(path, Buffer.concat([at(files, path), Buffer.alloc(1)]))
const swap =
  (...pairs: readonly (readonly [string, string])[]): Tamper =>
  (files) => {
    for (const [a, b] of pairs) {
      const kept = at(files, a)
      files.set(a, at(files, b))
      files.set(b, kept)
    }
  }

describe('whoever changes the files of a log is told what he changed', () => {
  it.each<[string, Tamper, object]>([
    ['a tile is missing', remove('tile/0/007'), { failure: 'tile-missing', path: 'tile/0/007' }],
    ['a tile above is missing', remove('tile/1/000'), { failure: 'tile-missing', path: 'tile/1/000' }],
    ['the last tile is missing', remove('tile/0/257.p/208'), { failure: 'tile-missing', path: 'tile/0/257.p/208' }],
    ['a bundle is missing', remove('tile/entries/007'), { failure: 'bundle-missing', path: 'tile/entries/007' }],
    ['a tile is truncated', cut('tile/0/007', 32), { failure: 'tile-truncated', path: 'tile/0/007' }],
    ['a tile is truncated within a hash', cut('tile/1/000', 1), { failure: 'tile-truncated', path: 'tile/1/000' }],
    ['the last tile is truncated', cut('tile/0/257.p/208', 32), { failure: 'tile-truncated', path: 'tile/0/257.p/208' }],
    ['a tile is longer', extend('tile/0/007'), { failure: 'tile-truncated', path: 'tile/0/007' }],
    ['a bundle is truncated', cut('tile/entries/007', 3), { failure: 'bundle-malformed', path: 'tile/entries/007' }],
    ['a bundle is longer', extend('tile/entries/007'), { failure: 'bundle-malformed', path: 'tile/entries/007' }],
    [
      'two tiles are swapped',
      swap(['tile/0/003', 'tile/0/007']),
      { failure: 'tile-swapped', path: 'tile/0/003', index: 768, why: 'tile/0/003 holds what belongs into tile/0/007' },
    ],
    [
      'two bundles are swapped',
      swap(['tile/entries/003', 'tile/entries/007']),
      { failure: 'bundle-swapped', path: 'tile/entries/003', why: 'tile/entries/003 holds what belongs into tile/entries/007' },
    ],
    [
      'two tiles are swapped with their bundles',
      swap(['tile/0/003', 'tile/0/007'], ['tile/entries/003', 'tile/entries/007']),
      { failure: 'tile-swapped', path: 'tile/0/003', index: 768 },
    ],
    ['a hash of a leaf is wrong', flip('tile/0/007', 5 * 32), { failure: 'hash-wrong', path: 'tile/0/007', index: 7 * 256 + 5 }],
    ['a hash above is wrong', flip('tile/1/000', 9 * 32), { failure: 'hash-wrong', path: 'tile/1/000', index: 9 * 256 }],
    ['a hash of the last tile is wrong', flip('tile/0/257.p/208', 32), { failure: 'hash-wrong', index: 257 * 256 + 1 }],
    ['a hash of the last tile above is wrong', flip('tile/1/001.p/1', 0), { failure: 'hash-wrong', path: 'tile/1/001.p/1' }],
    ['the topmost hash is wrong', flip('tile/2/000.p/1', 0), { failure: 'hash-wrong', path: 'tile/2/000.p/1', index: 0 }],
    ['an entry is changed', flip('tile/entries/007', 2), { failure: 'entry-wrong', path: 'tile/entries/007', index: 7 * 256 }],
    ['an entry of the last bundle is changed', flip('tile/entries/257.p/208', 2), { failure: 'entry-wrong', index: 257 * 256 }],
    [
      'an entry is changed with its hash',
      (files) => {
        const bundle = at(files, 'tile/entries/007')
        bundle[2] = 0
        at(files, 'tile/0/007').set(hashLeaf(bundle.subarray(2, 2 + (bundle[1] ?? 0))))
      },
      { failure: 'hash-wrong', path: 'tile/0/007', index: 7 * 256 },
    ],
    ['the checkpoint is missing', remove('checkpoint'), { failure: 'checkpoint-missing' }],
    ['the checkpoint is changed', flip('checkpoint', 12), { failure: 'signature-wrong' }],
    ['the checkpoint is cut', cut('checkpoint', 1), { failure: 'checkpoint-malformed' }],
    [
      'the checkpoint is another file',
      (files) => void files.set('checkpoint', new Uint8Array(9)),
      { failure: 'checkpoint-malformed' },
    ],
  ])('%s', async (_, tamper, failure) => {
    expect((await verifyTampered(large, () => undefined)).kind).toBe('intact')
    expect(await verifyTampered(large, tamper)).toMatchObject({ kind: 'failed', ...failure })
  })

  it('names the file for any single bit of any of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (which, where) => {
        const paths = [...small.files.keys()].filter((path) => !/\.p\/(?:100)$/.test(path))
        const path = paths[which % paths.length] ?? ''
        const result = await verifyTampered(small, (files) => {
          const octets = at(files, path)
          const bit = where % (octets.length * 8)
          octets[bit >> 3] = (octets[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        })
        expect(result).toMatchObject({ kind: 'failed', path })
        if (parseTilePath(path)?.level === 'entries') {
          expect(['entry-wrong', 'bundle-malformed']).toContain(result.kind === 'failed' && result.failure)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('whoever signs another history with the key of the log', () => {
  const held = (): Note => small.notes[1] ?? { kind: 'note', text: '', signatures: [] }

  it('puts an older checkpoint back: older than the one that is held', async () => {
    const old: Tamper = (files) => void files.set('checkpoint', Buffer.from(printNote(small.notes[0] ?? held())))
    expect(await verifyTampered(small, old)).toMatchObject({ kind: 'intact', checkpoint: { size: 100 } })
    expect(await verifyTampered(small, old, held())).toMatchObject({ failure: 'older-size' })
  })

  it('writes the log anew: another root at the same size, or before it', async () => {
    for (const size of [700, 701, 2000]) {
      const other = await makeLog([size], 'other')
      expect((await verifyTampered(other, () => undefined)).kind).toBe('intact')
      expect(await verifyTampered(other, () => undefined, held())).toMatchObject({ kind: 'failed', failure: 'fork' })
    }
    expect((await verifyTampered(await makeLog([700, 2000], 'entry'), () => undefined, held())).kind).toBe('intact')
  })

  it('signs a root that is not that of the tiles', async () => {
    const sign = (size: number, root: Uint8Array, name = origin): Tamper => {
      const note = signNote(printCheckpoint({ origin: name, size, root, extensions: [] }), [signer])
      return (files) => void files.set('checkpoint', Buffer.from(printNote(note)))
    }
    expect(await verifyTampered(small, sign(700, hashLeaf(Buffer.from('x'))))).toMatchObject({ failure: 'root-wrong' })
    expect(await verifyTampered(small, sign(0, hashLeaf(Buffer.from('x'))))).toMatchObject({ failure: 'root-wrong' })
    expect(await verifyTampered(small, sign(2 ** 53 - 1, headOf(held()).root))).toMatchObject({ failure: 'tile-missing' })
    expect(await verifyTampered(small, sign(700, headOf(held()).root, 'other.example'))).toMatchObject({
      failure: 'other-origin',
    })
  })

  it('has another key', async () => {
    const stranger = makeSigner(origin, 'note', generateKeyPairSync('ed25519').privateKey)
    const signed: Tamper = (files) => void files.set('checkpoint', Buffer.from(printNote(signNote(held().text, [stranger]))))
    expect(await verifyTampered(small, signed)).toMatchObject({ failure: 'signature-unknown' })
    const unsigned: Tamper = (files) => void files.set('checkpoint', Buffer.from(held().text))
    expect(await verifyTampered(small, unsigned)).toMatchObject({ failure: 'checkpoint-malformed' })
  })
})
