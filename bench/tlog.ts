/** `npm run bench -- tlog [--only append,verify,prove]`: a transparency log written, verified and proved from. */
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  FileStore,
  LogWriter,
  MemoryStore,
  type Note,
  TileTree,
  type TileStore,
  issueReceipt,
  makeSigner,
  printReceipt,
  verifyReceipt,
  verifyTiles,
} from '../src/tlog/index.ts'
import { type BenchResult, type Spread, machine, spread } from './measure.ts'

const runs = 3
const origin = 'bench.example'
const signer = makeSigner(origin, 'note', generateKeyPairSync('ed25519').privateKey)
const trust = { origin, logKeys: [signer.verifier] }
/** Entries between two checkpoints. */
const batch = 50_000

interface Part {
  readonly rates: Readonly<Record<string, Spread>>
  readonly ratios: Readonly<Record<string, Spread>>
  readonly notes: readonly string[]
}

/** Each makes the logs that it needs, below a folder of its own. */
export const tlogParts: Readonly<Record<string, (folder: string) => Promise<Part>>> = {
  append: benchAppend,
  verify: benchVerify,
  prove: benchProve,
}

export async function benchTlog(only: readonly string[]): Promise<BenchResult> {
  const chosen = Object.entries(tlogParts).filter(([name]) => only.length === 0 || only.includes(name))
  const parts: Part[] = []
  for (const [, part] of chosen) {
    const folder = await mkdtemp(join(tmpdir(), 'bench-tlog-'))
    try {
      parts.push(await part(folder))
    } finally {
      await rm(folder, { recursive: true })
    }
  }
  return {
    name: 'tlog',
    machine,
    runs,
    rates: Object.assign({}, ...parts.map(({ rates }) => rates)) as BenchResult['rates'],
    ratios: Object.assign({}, ...parts.map(({ ratios }) => ratios)) as BenchResult['ratios'],
    notes: parts.flatMap(({ notes }) => notes),
  }
}

async function fill(store: TileStore, entries: number, octets: number): Promise<Note> {
  const writer = await LogWriter.open(store, { origin, signers: [signer] })
  const entry = Buffer.alloc(octets, 'x')
  while (writer.size < entries) {
    entry.writeUInt32BE(writer.size)
    writer.append(entry)
    if (writer.size % batch === 0) await writer.commit()
  }
  return writer.commit()
}

const milliseconds = async (task: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await task()
  return performance.now() - start
}

/** Entries of 100 octets: in memory, on the disk, and what a plain file and the hashes alone cost. */
async function benchAppend(folder: string): Promise<Part> {
  const entries = 200_000
  const octets = 100
  const times: Record<'memory' | 'disk' | 'hashes' | 'file', number[]> = { memory: [], disk: [], hashes: [], file: [] }
  for (let run = 0; run < runs; run += 1) {
    times.memory.push(await milliseconds(async () => fill(new MemoryStore(), entries, octets)))
    times.disk.push(await milliseconds(async () => fill(new FileStore(join(folder, String(run))), entries, octets)))
    times.hashes.push(await milliseconds(async () => hashAlone(entries, octets)))
    times.file.push(await milliseconds(async () => appendToFile(join(folder, `${run}.file`), entries, octets)))
  }
  const small: number[] = []
  const writer = await LogWriter.open(new FileStore(join(folder, 'small')), { origin, signers: [signer] })
  for (let commit = 0; commit < 200; commit += 1) {
    for (let added = 0; added < 50; added += 1) writer.append(Buffer.alloc(octets, commit))
    small.push(await milliseconds(async () => writer.commit()))
  }
  const rate = (name: keyof typeof times): Spread => spread(times[name].map((time) => (entries / time) * 1000))
  return {
    rates: {
      'append, memory (entries/s)': rate('memory'),
      'append, disk (entries/s)': rate('disk'),
      'commit of 50 entries, disk (ms)': spread(small),
      'hashes alone, createHash (entries/s)': rate('hashes'),
      'one file, a sync a batch (entries/s)': rate('file'),
    },
    ratios: {
      'append in memory to hashes alone': spread(times.hashes.map((time, run) => time / (times.memory[run] ?? 1))),
    },
    notes: [`append: ${entries} entries of ${octets} octets, a checkpoint each ${batch}`],
  }
}

/** A hash for each leaf and one for a node above it: the least that a tree costs, as one would write it first. */
function hashAlone(entries: number, octets: number): void {
  const leaf = Buffer.alloc(octets + 1)
  const node = Buffer.alloc(65, 1)
  for (let index = 0; index < entries; index += 1) {
    leaf.writeUInt32BE(index, 1)
    createHash('sha256').update(leaf).digest().copy(node, 1)
    createHash('sha256').update(node).digest().copy(node, 33)
  }
}

async function appendToFile(path: string, entries: number, octets: number): Promise<void> {
  await using file = await open(path, 'w')
  for (let index = 0; index < entries; index += batch) {
    await file.appendFile(Buffer.alloc(batch * octets, index))
    await file.datasync()
  }
}

async function benchVerify(folder: string): Promise<Part> {
  const entries = 1_000_000
  await fill(new FileStore(folder), entries, 300)
  const seconds: number[] = []
  const before = process.memoryUsage().rss
  for (let run = 0; run < runs; run += 1) {
    const time = await milliseconds(async () => {
      const result = await verifyTiles(new FileStore(folder), trust)
      if (result.kind !== 'intact') throw new Error(result.why)
    })
    seconds.push(time / 1000)
  }
  const more = (process.memoryUsage().rss - before) >> 20
  return {
    rates: { 'verify a whole log (s)': spread(seconds) },
    ratios: {},
    notes: [`verify: ${entries} entries of 300 octets, from files; ${more} MiB more memory afterwards than before`],
  }
}

async function benchProve(folder: string): Promise<Part> {
  const entries = 10_000_000
  const note = await fill(new FileStore(folder), entries, 12)
  const proving: number[] = []
  const verifying: number[] = []
  const entry = Buffer.alloc(12, 'x')
  for (let probe = 0; probe < 50; probe += 1) {
    const index = (probe * 7_368_787 + 12_345) % entries
    entry.writeUInt32BE(index)
    let text = ''
    // Nothing is kept from one to the next: each begins as a program does that was just started.
    proving.push(
      await milliseconds(async () => {
        text = printReceipt(await issueReceipt(new TileTree(new FileStore(folder), entries), note, index))
      }),
    )
    verifying.push(
      await milliseconds(async () => {
        const result = verifyReceipt(text, entry, trust)
        if (result.kind !== 'included') throw new Error(result.why)
      }),
    )
  }
  const reopen = await milliseconds(async () => LogWriter.open(new FileStore(folder), { origin, signers: [signer] }))
  return {
    rates: {
      'prove one of 10 million (ms)': spread(proving),
      'verify one of 10 million (ms)': spread(verifying),
      'open a log of 10 million (ms)': spread([reopen]),
    },
    ratios: {},
    notes: ['prove: 50 entries, each with a cold cache of its own'],
  }
}
