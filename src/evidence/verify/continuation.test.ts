import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { LogWriter, MemoryStore, type Signer, TileTree, addSignatures, printNote, printVerifier } from '../../tlog/index.ts'
import { logOrigin, makeLogSigner } from '../../../test/support/provenLog.ts'
import { type GrowthProof, type Trust, parseKey, verifyContinuation } from './index.ts'

interface SignedLog {
  readonly store: MemoryStore
  /** Signed checkpoints by their sizes. */
  readonly notes: ReadonlyMap<number, string>
}

/** A log that was signed at each of these sizes. */
async function makeLog(signer: Signer, sizes: readonly number[], word = 'entry', origin = logOrigin): Promise<SignedLog> {
  const store = new MemoryStore()
  const writer = await LogWriter.open(store, { origin, signers: [signer] })
  const notes = new Map<number, string>()
  for (const size of sizes) {
    while (writer.size < size) writer.append(Buffer.from(`${writer.size < 5 ? 'entry' : word} ${writer.size}`))
    notes.set(size, printNote(await writer.commit()))
  }
  return { store, notes }
}

const nothing: GrowthProof = { kind: 'hashes', hashes: [] }
const signer = makeLogSigner()
let trust: Trust
let log: SignedLog
/** Another history of the same log: equal for five entries. */
let fork: SignedLog
const at = (one: SignedLog, size: number): string => one.notes.get(size) ?? ''
const tilesOf = ({ store }: SignedLog): GrowthProof => ({ kind: 'tiles', read: async (path) => store.read(path) })
const hashesOf = async ({ store }: SignedLog, older: number, newer: number): Promise<GrowthProof> => ({
  kind: 'hashes',
  hashes: await new TileTree(store, newer).proveConsistency(older),
})

async function judge(kept: string, today: string, proof: GrowthProof, others: Partial<Trust> = {}): Promise<string> {
  const judged = await verifyContinuation(kept, today, proof, { ...trust, ...others })
  return judged.kind === 'failed' ? `${judged.failure} ${judged.where}` : judged.kind
}

const sizes = [0, 3, 4, 7, 8, 300, 700]
beforeAll(async () => {
  const key = await parseKey(printVerifier(signer.verifier))
  trust = { keys: key ? [key] : [] }
  log = await makeLog(signer, sizes)
  fork = await makeLog(signer, sizes, 'other')
})

describe('two checkpoints of one log', () => {
  it.each([0, 3, 4, 300])('grown: from %i entries to 700', async (size) => {
    expect(await judge(at(log, size), at(log, 700), tilesOf(log))).toBe('grown')
    expect(await judge(at(log, size), at(log, 700), await hashesOf(log, size, 700))).toBe('grown')
  })

  it('same: needs no proof', async () => {
    expect(await judge(at(log, 300), at(log, 300), nothing)).toBe('same')
  })

  it('rolled-back: today has the first of what was kept', async () => {
    expect(await judge(at(log, 700), at(log, 300), tilesOf(log))).toBe('rolled-back')
    expect(await judge(at(log, 700), at(log, 300), await hashesOf(log, 300, 700))).toBe('rolled-back')
    expect(await judge(at(log, 700), at(log, 0), nothing)).toBe('rolled-back')
  })

  it('forked: two roots for the same entries, at one size or at two', async () => {
    expect(await judge(at(log, 300), at(fork, 300), nothing)).toBe('forked')
    expect(await judge(at(log, 300), at(fork, 700), await hashesOf(fork, 300, 700))).toBe('forked')
    for (const size of [7, 8, 300]) expect(await judge(at(log, size), at(fork, 700), tilesOf(fork))).toBe('forked')
    expect(await judge(at(log, 700), at(fork, 300), tilesOf(log))).toBe('forked')
    // Before they parted, both are the same.
    expect(await judge(at(log, 4), at(fork, 700), tilesOf(fork))).toBe('grown')
  })

  it('proof-wrong: what leads nowhere shows nothing, and no fork', async () => {
    expect(await judge(at(log, 300), at(log, 700), nothing)).toBe('proof-wrong proof')
    expect(await judge(at(log, 300), at(log, 700), tilesOf(fork))).toBe('proof-wrong proof')
    expect(await judge(at(log, 300), at(log, 700), { kind: 'tiles', read: async () => undefined })).toBe('proof-wrong proof')
    const hashes = Array.from({ length: 60 }, () => randomBytes(32))
    expect(await judge(at(log, 300), at(log, 700), { kind: 'hashes', hashes })).toBe('proof-wrong proof')
    // The tree of 8 is perfect: a proof as RFC 9162 has it leaves its hash out, and cannot show what stands there instead.
    expect(await judge(at(log, 8), at(fork, 700), await hashesOf(fork, 8, 700))).toBe('proof-wrong proof')
  })
})

describe('what counts for nothing', () => {
  it('checkpoint-malformed', async () => {
    expect(await judge('checkpoint', at(log, 300), nothing)).toBe('checkpoint-malformed kept')
    expect(await judge(at(log, 300), at(log, 300).replace('300', '0300'), nothing)).toBe('checkpoint-malformed today')
  })

  it('other-origin', async () => {
    const other = await makeLog(makeLogSigner('other.example'), [700], 'entry', 'other.example')
    expect(await judge(at(log, 300), at(other, 700), tilesOf(other))).toBe('other-origin today')
    expect(await judge(at(other, 700), at(other, 700), nothing)).toBe('other-origin kept')
  })

  it('signature-unknown, signature-wrong: of either', async () => {
    const other = await makeLog(makeLogSigner(), [700])
    expect(await judge(at(log, 300), at(other, 700), tilesOf(other))).toBe('signature-unknown today')
    expect(await judge(at(other, 700), at(log, 300), tilesOf(other))).toBe('signature-unknown kept')
    expect(await judge(at(log, 300), at(log, 700).replace('\n700\n', '\n701\n'), tilesOf(log))).toBe('signature-wrong today')
  })

  it('cosignatures: today must have as many as are asked for', async () => {
    const witness = makeLogSigner('witness.example', 'cosignature')
    const key = await parseKey(printVerifier(witness.verifier))
    const others = { cosigners: key ? [key] : [], quorum: 1 }
    expect(await judge(at(log, 300), at(log, 700), tilesOf(log), others)).toBe('cosignatures-missing today')
    const [text = '', signature = ''] = at(log, 700).split('\n\n')
    const packed = Buffer.from(signature.trim().split(' ')[2] ?? '', 'base64')
    const note = {
      kind: 'note' as const,
      text: `${text}\n`,
      signatures: [{ name: logOrigin, id: packed.toString('hex', 0, 4), signature: packed.subarray(4) }],
    }
    const cosigned = printNote(addSignatures(note, [witness], 1_780_000_000))
    expect(await judge(at(log, 300), cosigned, tilesOf(log), others)).toBe('grown')
  })
})
