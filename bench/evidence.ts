/** `npm run bench -- evidence [--only append,verify]`: an evidence log written from facts, and verified. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/clock.ts'
import { EvidenceLog, readTrust, verifyFolder } from '../src/evidence/index.ts'
import { FileStore, LogWriter, makeSigner } from '../src/tlog/index.ts'
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
    const key = keys[number % keys.length] ?? new Uint8Array(32)
    log.attempt({
      time: systemClock.now(),
      key,
      number: 1,
      address: `somebody${number}@example.org`,
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
  await log.flush()
  const { user, system } = process.cpuUsage(cpu)
  const ms = performance.now() - begun
  await log.close()
  return { ms, cpuMs: (user + system) / 1_000 }
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
  for (let run = 0; run < runs; run += 1) {
    const { ms, cpuMs } = await fill(join(folder, `facts${run}`), attempts)
    facts.push((leaves / ms) * 1_000)
    cpu.push(cpuMs / leaves)
    ready.push((leaves / (await writeReady(join(folder, `ready${run}`), leaves))) * 1_000)
  }
  return {
    rates: {
      append: spread(facts),
      'append, CPU of all threads (ms/leaf)': spread(cpu),
      'ready octets, written by the log alone': spread(ready),
    },
    notes: [`append: ${leaves} leaves from facts a run, on the disk and signed at the end; leaves/s`],
  }
}

async function writeReady(folder: string, leaves: number): Promise<number> {
  const origin = 'bench.example'
  const signer = makeSigner(origin, 'note', generateKeyPairSync('ed25519').privateKey)
  const log = await LogWriter.open(new FileStore(folder), { origin, signers: [signer] })
  const leaf = Buffer.alloc(560, 'x')
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
