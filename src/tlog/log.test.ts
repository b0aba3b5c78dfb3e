import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FileStore,
  LogWriter,
  MemoryStore,
  type Note,
  TileTree,
  type Verifier,
  type WriterOptions,
  hashLeaf,
  issueReceipt,
  makeSigner,
  parseCheckpoint,
  printNote,
  printReceipt,
  verifyConsistency,
  verifyInclusion,
  verifyReceipt,
  verifyTiles,
} from './index.ts'

const origin = 'log.example/evidence'
const signer = makeSigner(origin, 'note', generateKeyPairSync('ed25519').privateKey)
const options: WriterOptions = { origin, signers: [signer] }
const trust = { origin, logKeys: [signer.verifier] as readonly Verifier[] }

const entryOf = (index: number): Uint8Array => Buffer.from(`entry ${index}`)

function appendMany(writer: LogWriter, count: number): void {
  for (let added = 0; added < count; added += 1) writer.append(entryOf(writer.size))
}

/** A log in memory, committed at each of the sizes. */
async function makeLog(...sizes: readonly number[]): Promise<{ store: MemoryStore; writer: LogWriter; notes: readonly Note[] }> {
  const store = new MemoryStore()
  const writer = await LogWriter.open(store, options)
  const notes: Note[] = []
  for (const size of sizes) {
    appendMany(writer, size - writer.size)
    notes.push(await writer.commit())
  }
  return { store, writer, notes }
}

function readHead(note: Note): { size: number; root: Uint8Array } {
  const checkpoint = parseCheckpoint(note.text)
  if (checkpoint.kind === 'malformed') throw new Error(checkpoint.why)
  return { size: checkpoint.size, root: checkpoint.root }
}

const last = (notes: readonly Note[]): Note => notes.at(-1) ?? { kind: 'note', text: '', signatures: [] }

describe('writing', () => {
  it('has the files of C2SP tlog-tiles, and partial ones until the full one is there', async () => {
    const { store, writer } = await makeLog(3, 5)
    expect([...store.files.keys()].toSorted()).toEqual([
      'checkpoint',
      'tile/0/000.p/3',
      'tile/0/000.p/5',
      'tile/entries/000.p/3',
      'tile/entries/000.p/5',
    ])
    appendMany(writer, 253)
    await writer.commit()
    expect([...store.files.keys()].toSorted()).toEqual([
      'checkpoint',
      'tile/0/000',
      'tile/0/001.p/2',
      'tile/1/000.p/1',
      'tile/entries/000',
      'tile/entries/001.p/2',
    ])
  })

  it('gives the last checkpoint where nothing is new, and signs an empty log when it begins', async () => {
    const { store, writer, notes } = await makeLog()
    expect(notes).toEqual([])
    expect(await verifyTiles(store, trust)).toMatchObject({ kind: 'intact', checkpoint: { size: 0 } })
    appendMany(writer, 1)
    const note = await writer.commit()
    expect(await writer.commit()).toBe(note)
    expect(writer.checkpoint).toBe(note)
  })

  it('is the same log whatever the batches, and goes on where it was opened again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }), async (batches) => {
        const store = new MemoryStore()
        for (const batch of batches) {
          const writer = await LogWriter.open(store, options)
          expect(writer.removed).toEqual([])
          appendMany(writer, batch)
          await writer.commit()
        }
        const total = batches.reduce((sum, batch) => sum + batch, 0)
        const atOnce = await makeLog(total)
        expect(printNote((await LogWriter.open(store, options)).checkpoint)).toBe(printNote(last(atOnce.notes)))
        const seen: string[] = []
        const visit = (index: number, entry: Uint8Array): void => void seen.push(`${index} ${Buffer.from(entry).toString()}`)
        expect((await verifyTiles(store, trust, { visit })).kind).toBe('intact')
        expect(seen).toEqual(Array.from({ length: total }, (_, index) => `${index} entry ${index}`))
      }),
      { numRuns: 15 },
    )
  })

  it('refuses an entry that a bundle cannot hold, and goes on', async () => {
    const { store, writer } = await makeLog(1)
    expect(() => writer.append(new Uint8Array(65_536))).toThrow(expect.objectContaining({ code: 'SP_ENTRY_TOO_LONG' }))
    expect(writer.append(new Uint8Array(65_535))).toBe(1)
    await writer.commit()
    expect((await verifyTiles(store, trust)).kind).toBe('intact')
  })

  it('says what cannot be signed before it writes, and goes on', async () => {
    const { store, writer } = await makeLog(3)
    appendMany(writer, 1)
    const invalid = expect.objectContaining({ code: 'SP_NOTE_INVALID' })
    await expect(writer.commit({ extensions: ['two\nlines'] })).rejects.toThrow(invalid)
    await expect(writer.commit({ extensions: [''] })).rejects.toThrow(invalid)
    await writer.commit({ extensions: ['one line'] })
    expect(await verifyTiles(store, trust)).toMatchObject({ checkpoint: { size: 4, extensions: ['one line'] } })
    await expect(LogWriter.open(new MemoryStore(), { ...options, origin: '' })).rejects.toThrow(invalid)
  })

  it('holds no more than a batch in memory', async () => {
    const { writer } = await makeLog(1)
    const longest = new Uint8Array(65_535)
    expect(() => {
      for (let added = 0; added < 2000; added += 1) writer.append(longest)
    }).toThrow(RangeError)
    await writer.commit()
    expect(writer.append(longest)).toBeGreaterThan(1000)
  })

  it('writes nothing more after a write failed, and what was signed before stands', async () => {
    const store = new MemoryStore()
    const writer = await LogWriter.open(store, options)
    appendMany(writer, 300)
    await writer.commit()
    store.write = async () => Promise.reject(new Error('the disk is gone'))
    appendMany(writer, 1)
    await expect(writer.commit()).rejects.toThrow('the disk is gone')
    await expect(writer.commit()).rejects.toThrow('the disk is gone')
    expect(() => writer.append(entryOf(1))).toThrow('the disk is gone')
    expect(await verifyTiles(store, trust)).toMatchObject({ kind: 'intact', checkpoint: { size: 300 } })
  })

  it('opens nothing that is not the log that was signed, or that is held', async () => {
    const damaged = expect.objectContaining({ code: 'SP_LOG_DAMAGED' })
    const { store, notes } = await makeLog(300, 600)
    const [old, held] = notes.map((note) => readHead(note))
    if (!old || !held) throw new Error('no notes')
    await expect(LogWriter.open(store, { ...options, origin: 'other' })).rejects.toThrow(damaged)
    await expect(LogWriter.open(store, { ...options, held: { size: 601, root: held.root } })).rejects.toThrow(damaged)
    await expect(LogWriter.open(store, { ...options, held: { size: 300, root: held.root } })).rejects.toThrow(damaged)
    await expect(LogWriter.open(store, { ...options, held: old })).resolves.toBeInstanceOf(LogWriter)
    // An old checkpoint put back: without the one that is held, what came after it would be cut off.
    store.files.set('checkpoint', Buffer.from(printNote(notes[0] ?? last([]))))
    const before = [...store.files.keys()]
    await expect(LogWriter.open(store, { ...options, held })).rejects.toThrow(damaged)
    expect([...store.files.keys()]).toEqual(before)
    store.files.delete('checkpoint')
    await expect(LogWriter.open(store, options)).rejects.toThrow(damaged)
  })
})

it('goes on under a new key where the old one is named, and not where it is not', async () => {
  const { store } = await makeLog(3)
  const next = makeSigner(origin, 'note', generateKeyPairSync('ed25519').privateKey)
  const renewed: WriterOptions = { origin, signers: [next] }
  await expect(LogWriter.open(store, renewed)).rejects.toThrow(expect.objectContaining({ code: 'SP_LOG_DAMAGED' }))
  const writer = await LogWriter.open(store, { ...renewed, formerKeys: [signer.verifier] })
  appendMany(writer, 1)
  await writer.commit()
  expect(await verifyTiles(store, trust)).toMatchObject({ failure: 'signature-unknown' })
  expect((await verifyTiles(store, { origin, logKeys: [next.verifier] })).kind).toBe('intact')
})

describe('after a crash', () => {
  it('cuts back a batch whose checkpoint was never written, wherever it stopped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 700 }),
        fc.integer({ min: 1, max: 700 }),
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        async (size, more, kept) => {
          const { store, writer } = await makeLog(...(size > 0 ? [size] : []))
          const before = new Map(store.files)
          // The checkpoint fails, and of the batch's files only some reach the disk.
          const write = store.write.bind(store)
          let files = 0
          store.write = async (path, octets) => {
            if (path === 'checkpoint') throw new Error('crash')
            files += 1
            if (kept[files % kept.length]) await write(path, octets)
          }
          for (let added = 0; added < more; added += 1) writer.append(Buffer.from(`lost ${added}`))
          await expect(writer.commit()).rejects.toThrow('crash')
          store.write = write
          const again = await LogWriter.open(store, options)
          expect(again.size).toBe(size)
          expect(new Map(store.files)).toEqual(before)
          appendMany(again, more)
          await again.commit()
          expect(await verifyTiles(store, trust)).toMatchObject({ kind: 'intact', checkpoint: { size: size + more } })
        },
      ),
      { numRuns: 25 },
    )
  })

  it('removes tiles beyond the checkpoint whatever the number of path elements', async () => {
    const { store, writer } = await makeLog(256 * 3)
    for (const path of [
      'tile/0/x001/000',
      'tile/entries/x001/x000/007',
      'tile/3/000.p/1',
      'tile/0/003.p/9',
      'tile/0/004',
      'tile/0/002.new',
    ]) {
      store.files.set(path, new Uint8Array(32))
    }
    const again = await LogWriter.open(store, options)
    expect([...again.removed].toSorted()).toEqual([
      'tile/0/002.new',
      'tile/0/003.p',
      'tile/0/004',
      'tile/0/x001/000',
      'tile/3/000.p',
      'tile/entries/x001/x000/007',
    ])
    expect(again.size).toBe(writer.size)
    expect((await verifyTiles(store, trust)).kind).toBe('intact')
  })

  it('never writes another tile in the place of one that is there', async () => {
    const { store, writer } = await makeLog(300)
    store.files.set('tile/0/001', new Uint8Array(8192))
    appendMany(writer, 300)
    await expect(writer.commit()).rejects.toThrow(expect.objectContaining({ code: 'SP_LOG_DAMAGED' }))
    expect(store.files.get('tile/0/001')).toEqual(new Uint8Array(8192))
  })
})

describe('proving', () => {
  it('proves each entry of a log in a receipt, and every checkpoint from those before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 900 }), fc.nat(), fc.nat(), async (size, which, bit) => {
        const index = which % size
        const { store, notes } = await makeLog(...new Set([index + 1, size]))
        const tree = new TileTree(store, size, 3)
        const note = last(notes)
        const text = printReceipt(await issueReceipt(tree, note, index, Buffer.from('context')))
        expect(verifyReceipt(text, entryOf(index), trust)).toMatchObject({ kind: 'included', index, checkpoint: { size } })
        expect(verifyReceipt(text, entryOf(index + 1), trust)).toMatchObject({ failure: 'not-included' })
        // The extra line is vouched for by nobody; everything after it is.
        const octets = Buffer.from(text)
        const first = octets.indexOf('index ') * 8
        const at = first + (bit % (octets.length * 8 - first))
        octets.writeUInt8((octets[at >> 3] ?? 0) ^ (1 << (at & 7)), at >> 3)
        expect(verifyReceipt(octets, entryOf(index), trust).kind).toBe('failed')
        const [old, head] = [readHead(notes[0] ?? note), readHead(note)]
        const proof = await tree.proveConsistency(old.size)
        expect(verifyConsistency({ oldSize: old.size, oldRoot: old.root, size, root: head.root, proof })).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('proves over three levels of tiles: 70,000 entries, the size of the example of C2SP tlog-tiles', async () => {
    const { store, notes } = await makeLog(65_536, 65_537, 70_000)
    const head = readHead(last(notes))
    const tree = new TileTree(store, head.size, 4)
    for (const index of [0, 255, 256, 65_535, 65_536, 69_887, 69_999]) {
      const proof = await tree.proveInclusion(index)
      expect(verifyInclusion({ index, ...head, leafHash: hashLeaf(entryOf(index)), proof })).toBe(true)
    }
    expect(await verifyTiles(store, trust, { held: readHead(notes[0] ?? last([])) })).toMatchObject({ kind: 'intact' })
  })

  it('hands out no receipt that does not verify', async () => {
    const { store, notes } = await makeLog(300)
    store.files.set('tile/0/000', new Uint8Array(8192))
    const damaged = expect.objectContaining({ code: 'SP_LOG_DAMAGED' })
    await expect(issueReceipt(new TileTree(store, 300), last(notes), 10)).rejects.toThrow(damaged)
    store.files.delete('tile/0/000')
    await expect(issueReceipt(new TileTree(store, 300), last(notes), 10)).rejects.toThrow(damaged)
  })
})

describe('in a folder', () => {
  it.each([
    { whose: 'of others', mayBlock: false },
    { whose: 'of its own', mayBlock: true },
  ])('is the same log as in memory, readable by its owner alone, written in threads $whose', async ({ mayBlock }) => {
    await using place = await makeFolder()
    const writer = await LogWriter.open(new FileStore(place.folder, { mayBlock }), options)
    for (const size of [10, 700, 1000, 3000]) {
      appendMany(writer, size - writer.size)
      await writer.commit()
    }
    const { store } = await makeLog(10, 700, 1000, 3000)
    const files = (await readdir(place.folder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
    const paths = files.map((file) => join(file.parentPath, file.name).slice(place.folder.length + 1))
    expect(paths.toSorted()).toEqual([...store.files.keys()].toSorted())
    for (const path of paths) expect(await readFile(join(place.folder, path))).toEqual(Buffer.from(store.files.get(path) ?? []))
    expect((await stat(join(place.folder, 'tile/0/000'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(place.folder, 'tile/0'))).mode & 0o777).toBe(0o700)
    expect((await verifyTiles(new FileStore(place.folder), trust)).kind).toBe('intact')
  })

  it.each([false, true])('says where no folder can be made, and overwrites no tile (may block: %s)', async (mayBlock) => {
    const nowhere = expect.objectContaining({ code: 'SP_FILE_UNWRITABLE' })
    await expect(LogWriter.open(new FileStore('/proc/nowhere/log', { mayBlock }), options)).rejects.toThrow(nowhere)
    await using place = await makeFolder()
    const store = new FileStore(place.folder, { mayBlock })
    await store.write('tile/0/000.p/1', Buffer.alloc(32))
    await store.write('tile/0/000.p/1', Buffer.alloc(32))
    const taken = expect.objectContaining({ code: 'SP_LOG_DAMAGED' })
    await expect(store.write('tile/0/000.p/1', Buffer.alloc(32, 1))).rejects.toThrow(taken)
    expect(await readFile(join(place.folder, 'tile/0/000.p/1'))).toEqual(Buffer.alloc(32))
    expect(await readdir(join(place.folder, 'tile/0/000.p'))).toEqual(['1'])
  })

  it('takes neither a folder nor a pipe nor a file without end for a tile', async () => {
    await using place = await makeFolder()
    const writer = await LogWriter.open(new FileStore(place.folder), options)
    appendMany(writer, 300)
    await writer.commit()
    const tile = join(place.folder, 'tile/0/000')
    await truncate(tile, 1 << 30)
    expect(await verifyTiles(new FileStore(place.folder), trust)).toMatchObject({ failure: 'tile-truncated', path: 'tile/0/000' })
    const unreadable = expect.objectContaining({ code: 'SP_FILE_UNREADABLE' })
    await rm(tile)
    execFileSync('mkfifo', [tile])
    await expect(verifyTiles(new FileStore(place.folder), trust)).rejects.toThrow(unreadable)
    await rm(tile)
    await mkdir(tile)
    await expect(verifyTiles(new FileStore(place.folder), trust)).rejects.toThrow(unreadable)
    // A file where a folder belongs is a tile that is not there.
    await rm(join(place.folder, 'tile/0'), { recursive: true })
    await writeFile(join(place.folder, 'tile/0'), '')
    expect(await verifyTiles(new FileStore(place.folder), trust)).toMatchObject({ failure: 'tile-missing' })
  })
})

async function makeFolder(): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tlog-'))
  return { folder, [Symbol.asyncDispose]: async () => rm(folder, { recursive: true }) }
}
