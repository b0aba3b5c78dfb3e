/** `npm run bench -- evidence [--only append,verify,prove]`: an evidence log written from facts, verified, and proved from. */
import { createHash, generateKeyPairSync, randomBytes, sign, verify as verifySignature } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/clock.ts'
import { EvidenceLog, type SessionRef, readTrust, verifyFolder } from '../src/evidence/index.ts'
import { openSigningKeys } from '../src/evidence/key/index.ts'
import { type ProvableAttempt, ProvableLog } from '../src/evidence/receipt/index.ts'
import { parseKey, verifyReceipt } from '../src/evidence/verify/index.ts'
import { OpeningsReader } from '../src/store/index.ts'
import { FileStore, LogWriter, TileTree, makeSigner, printVerifier } from '../src/tlog/index.ts'
import { type BenchResult, type Spread, machine, spread } from './measure.ts'

const runs = 3
/** Messages of a connection. */
const perSession = 100

interface Part {
  readonly rates: Readonly<Record<string, Spread>>
  readonly notes: readonly string[]
}

/** Each works in a folder of its own. */
export const evidenceParts: Readonly<Record<string, (folder: string) => Promise<Part>>> = {
  append: benchAppend,
  verify: benchVerify,
  prove: benchProve,
}

export async function benchEvidence(only: readonly string[]): Promise<BenchResult> {
  const parts: Part[] = []
  for (const [, part] of Object.entries(evidenceParts).filter(([name]) => only.length === 0 || only.includes(name))) {
    const folder = await mkdtemp(join(tmpdir(), 'bench-evidence-'))
    try {
      parts.push(await part(folder))
    } finally {
      await rm(folder, { recursive: true })
    }
  }
  return {
    name: 'evidence',
    machine,
    runs,
    rates: Object.assign({}, ...parts.map(({ rates }) => rates)) as BenchResult['rates'],
    ratios: {},
    notes: parts.flatMap(({ notes }) => notes),
  }
}

/** Appends attempts and their sessions; all is on the disk when it resolves. Milliseconds, and those of all threads. */
async function fill(folder: string, attempts: number): Promise<{ readonly ms: number; readonly cpuMs: number }> {
  const keys = Array.from({ length: 1_000 }, () => randomBytes(32))
  const log = await EvidenceLog.open(folder, { clock: systemClock, domains: 'committed' })
  const certificates = [randomBytes(900), randomBytes(1_200)]
  const begun = performance.now()
  const cpu = process.cpuUsage()
  let session = openSession(log, certificates)
  for (let number = 0; number < attempts; number += 1) {
    if (number % perSession === 0) {
      session = openSession(log, certificates)
      await log.room()
    }
    addAttempt(log, session, keys[number % keys.length] ?? new Uint8Array(32), `somebody${number}@example.org`)
  }
  await log.flush()
  const { user, system } = process.cpuUsage(cpu)
  const ms = performance.now() - begun
  await log.close()
  return { ms, cpuMs: (user + system) / 1_000 }
}

function addAttempt(log: EvidenceLog, session: SessionRef, key: Uint8Array, address: string): number {
  return log.attempt({
    time: systemClock.now(),
    key,
    number: 1,
    address,
    campaign: 'spring',
    domain: 'example.org',
    session,
    message: key,
    octets: 12_345,
    outcome: 'delivered',
    code: 250,
    enhanced: '2.0.0',
    reply: '2.0.0 Ok: queued as 4cGZ7k1x2Bz9vX3',
    strength: 'observed',
    claim: null,
    previous: null,
  })
}

function openSession(log: EvidenceLog, chain: readonly Uint8Array[]) {
  const hash = 'ab'.repeat(32)
  return log.session({
    time: systemClock.now(),
    peer: {
      host: 'mx1.example.org',
      address: '192.0.2.25',
      policy: 'encrypted+sts:20260101T000000',
      reason: 'MTA-STS of example.org is enforced',
      policyDomain: 'example.org',
      ehlo: ['mx1.example.org', 'PIPELINING', 'SIZE 35882577', 'ENHANCEDSTATUSCODES', '8BITMIME', 'CHUNKING'],
      sts: { id: '20260101T000000', sha256: hash },
      tlsa: { secure: true, records: [`3 1 1 ${hash}`] },
      rule: null,
      certificate: hash,
      key: hash,
      chain: [hash, hash],
    },
    port: 25,
    level: 'encrypted',
    voucher: 'sts',
    verdict: 'authenticated',
    cause: 'pkix',
    decision: 'deliver',
    tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', group: 'X25519MLKEM768', resumed: false, provenAt: null },
    chain,
    software: 'sealpost 0.1.0',
  })
}

/** From facts to the disk: keys, commitments, canonical JSON, openings, tiles, signatures. Beside it, leaves that are ready. */
async function benchAppend(folder: string): Promise<Part> {
  const attempts = 200_000
  const leaves = attempts + attempts / perSession + 1
  const facts: number[] = []
  const cpu: number[] = []
  const ready: number[] = []
  const hashes: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const { ms, cpuMs } = await fill(join(folder, `facts${run}`), attempts)
    facts.push((leaves / ms) * 1_000)
    cpu.push(cpuMs / leaves)
    ready.push((leaves / (await writeReady(join(folder, `ready${run}`), leaves))) * 1_000)
    hashes.push((leaves / hashAlone(leaves)) * 1_000)
  }
  return {
    rates: {
      append: spread(facts),
      'append, CPU of all threads (ms/leaf)': spread(cpu),
      'ready octets, written by the log alone': spread(ready),
      'hashes of leaves and nodes alone': spread(hashes),
    },
    notes: [`append: ${leaves} leaves from facts a run, on the disk and signed at the end; leaves/s`],
  }
}

const octetsOfLeaf = 560

/** A hash for each leaf and one for a node above it: no tree costs less. */
function hashAlone(leaves: number): number {
  const leaf = Buffer.alloc(octetsOfLeaf + 1)
  const node = Buffer.alloc(65, 1)
  const begun = performance.now()
  for (let index = 0; index < leaves; index += 1) {
    leaf.writeUInt32BE(index, 1)
    createHash('sha256').update(leaf).digest().copy(node, 1)
    createHash('sha256').update(node).digest().copy(node, 33)
  }
  return performance.now() - begun
}

async function writeReady(folder: string, leaves: number): Promise<number> {
  const origin = 'bench.example'
  const signer = makeSigner(origin, 'note', generateKeyPairSync('ed25519').privateKey)
  const log = await LogWriter.open(new FileStore(folder), { origin, signers: [signer] })
  const leaf = Buffer.alloc(octetsOfLeaf, 'x')
  const begun = performance.now()
  for (let index = 0; index < leaves; index += 1) {
    leaf.writeUInt32BE(index)
    log.append(leaf)
    if (index % 8_192 === 8_191) await log.commit()
  }
  await log.commit()
  return performance.now() - begun
}

/** A whole folder, as `sealpost verify` does it: each leaf read, the tree worked out anew. */
async function benchVerify(folder: string): Promise<Part> {
  const attempts = 1_000_000
  await fill(folder, attempts)
  const trust = await readTrust(folder)
  const rates: number[] = []
  const seconds: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const begun = performance.now()
    const verified = await verifyFolder(folder, trust)
    if (verified.kind !== 'intact') throw new Error(verified.why)
    const ms = performance.now() - begun
    rates.push((verified.checkpoint.size / ms) * 1_000)
    seconds.push(ms / 1_000)
  }
  return {
    rates: { verify_log_leaves: spread(rates), 'verify a log of 1,010,001 leaves (s)': spread(seconds) },
    notes: ['verify: from files that the system had in memory; leaves/s'],
  }
}

const entries = 10_000_000
/** What stands between the leaves that are proved. */
const filler = 12
const blocks = 10
const perBlock = 5

/** A log of ten million: attempts all over it, their sessions a million entries before them, and short entries between. */
async function fillLarge(folder: string): Promise<readonly Proved[]> {
  const keys = await openSigningKeys(folder, {})
  const chain = [randomBytes(900), randomBytes(1_200)]
  const proved: Proved[] = []
  let before: SessionRef | undefined
  const addReal = async (): Promise<void> => {
    await using log = await EvidenceLog.open(folder, { clock: systemClock, domains: 'committed' })
    const session = before
    for (let number = 0; number < perBlock; number += 1) {
      if (!session) break
      const [key, address] = [randomBytes(32), `somebody${number}@example.org`]
      proved.push({ leaf: addAttempt(log, session, key, address), key, address })
    }
    if (log.size < entries) before = openSession(log, chain)
  }
  const entry = Buffer.alloc(filler, 'x')
  for (let block = 1; block <= blocks; block += 1) {
    await addReal()
    const log = await LogWriter.open(new FileStore(join(folder, 'evidence')), { origin: keys.origin, signers: [keys.signer] })
    // Room is left for the attempts of the last block.
    const until = block === blocks ? entries - perBlock : (entries / blocks) * block
    while (log.size < until) {
      entry.writeUInt32BE(log.size)
      log.append(entry)
      if (log.size % 50_000 === 0) await log.commit()
    }
    await log.commit()
  }
  await addReal()
  return proved
}

interface Proved {
  readonly leaf: number
  readonly key: Uint8Array
  readonly address: string
}

/** What `sealpost prove` gathers, and what it makes of that. */
async function prove(folder: string, { leaf, key, address }: Proved): Promise<string> {
  using openings = OpeningsReader.open(folder)
  const attempt = openings?.attempt(leaf)
  const session = openings?.session(attempt?.session ?? -1)
  if (!openings || !attempt || !session) throw new Error(`nothing opens entry ${leaf}`)
  const provable: ProvableAttempt = {
    attempt,
    recipient: address,
    key,
    session: { ...session, peer: session.peerText },
    certificates: [],
  }
  const log = await ProvableLog.open(folder)
  return JSON.stringify(await log.prove(provable))
}

/** The whole of a receipt, each from the beginning: nothing is kept in memory from one to the next. */
async function benchProve(folder: string): Promise<Part> {
  const proved = await fillLarge(folder)
  const { keys } = await readTrust(folder)
  const key = await parseKey(printVerifier(keys[0]))
  if (!key) throw new Error('the log has no key')
  const [proving, verifying, alone, least]: [number[], number[], number[], number[]] = [[], [], [], []]
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const signed = Buffer.alloc(100)
  const signature = sign(null, signed, privateKey)
  for (const one of proved) {
    let receipt = ''
    proving.push(await time(async () => (receipt = await prove(folder, one))))
    verifying.push(
      await time(async () => {
        const judged = await verifyReceipt(receipt, { keys: [key] })
        if (judged.kind === 'failed') throw new Error(judged.why)
      }),
    )
    const tree = new TileTree(new FileStore(join(folder, 'evidence')), entries)
    alone.push(await time(async () => tree.proveInclusion(one.leaf)))
    least.push(
      await time(async () => {
        if (!verifySignature(null, signed, publicKey, signature)) throw new Error('the signature does not verify')
        hashAlone(24)
      }),
    )
  }
  return {
    rates: {
      prove_ms: spread(proving),
      'its way to the root from the tiles alone (ms)': spread(alone),
      verify_receipt_ms: spread(verifying),
      'one signature and 48 hashes alone (ms)': spread(least),
    },
    notes: [
      `prove: ${proved.length} attempts of a log of ${entries} entries, which are ${filler} octets long but for these and their sessions; 480 MB on the disk; files that the system may have in memory, nothing that the program had`,
    ],
  }
}

async function time(task: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await task()
  return performance.now() - begun
}
