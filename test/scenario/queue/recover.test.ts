/**
 * A process that is killed between the server's word, the evidence and the queue: what the evidence has is not sent again,
 * and of what it does not have it says that nobody knows. It is killed by itself, so that it dies at that very place.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { type AttemptFacts, EvidenceLog, type Leaf } from '../../../src/evidence/index.ts'
import { QueueReader, checkQueue } from '../../../src/store/index.ts'
import { type ScriptedServer, startScriptedServer } from '../../../src/world/index.ts'
import { listenToRecorder } from '../../support/recordWith.ts'
import { type SendScenario, sendWith } from '../../support/sendWith.ts'

let folder: string
let server: ScriptedServer
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  server = await startScriptedServer()
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** Sends until it dies at the point. */
async function die(point: 'answered' | 'recorded' | 'settled' | 'recovered'): Promise<void> {
  const words = [join(import.meta.dirname, 'recoverChild.ts'), folder, String(server.port), point]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'inherit', 'inherit'] })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' })
}

/** Sends what is left, and comes to its end; what was recorded of it. */
async function goOn(change: Partial<SendScenario> = {}): Promise<readonly AttemptFacts[]> {
  const heard = listenToRecorder()
  const domains = { 'good.test': ['127.0.0.1'] }
  await using sent = await sendWith({ port: server.port, domains, recipients: [], folder, record: heard.record, ...change })
  expect(sent.counts).toMatchObject({ total: 3, waiting: 0 })
  expect(checkQueue(folder)).toEqual([])
  return heard.attempts
}

async function readLog(): Promise<readonly Leaf[]> {
  await using log = await EvidenceLog.open(folder, { clock: systemClock, domains: 'committed' })
  const leaves: Leaf[] = []
  for await (const { leaf } of log.readFrom(0)) leaves.push(leaf)
  return leaves
}

/** How often the server got which message, by recipient. */
function received(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const to of server.messages.flatMap((message) => message.to)) counts[to] = (counts[to] ?? 0) + 1
  return counts
}

function outcomes(leaves: readonly Leaf[]): readonly string[] {
  return leaves.flatMap((leaf) => (leaf.kind === 'attempt' ? [`${leaf.outcome} ${leaf.strength}`] : []))
}

function recovered(leaves: readonly Leaf[]): readonly unknown[] {
  return leaves.flatMap((leaf) => (leaf.kind === 'act' && leaf.act === 'log-recovered' ? [leaf.detail] : []))
}

const once1 = { 'p1@good.test': 1, 'p2@good.test': 1, 'p3@good.test': 1 }

describe('killed', () => {
  it('between the evidence and the queue: the row is settled by the evidence, and nothing comes twice', async () => {
    await die('recorded')
    expect(received()).toEqual({ 'p1@good.test': 1 })
    {
      using queue = QueueReader.open(folder)
      expect(queue.list({ state: 'leased' }, 9)).toMatchObject([{ address: 'p1@good.test', leaf: undefined }])
    }
    const recorded = await goOn()
    expect(received()).toEqual(once1)
    expect(recorded.map(({ address }) => address)).toEqual(['p2@good.test', 'p3@good.test'])
    const leaves = await readLog()
    expect(outcomes(leaves)).toEqual(['delivered observed', 'delivered observed', 'delivered observed'])
    expect(recovered(leaves)).toEqual([
      { inFlight: 1, delivered: 1, failed: 0, putOff: 0, unknown: 0, software: 'sealpost/test' },
    ])
    using queue = QueueReader.open(folder)
    const [first, second] = queue.list({ state: 'sent' }, 9)
    const found = leaves.findIndex((leaf) => leaf.kind === 'attempt')
    expect(first).toMatchObject({ address: 'p1@good.test', leaf: found, attempts: 1, code: 250, verdict: 'unauthenticated' })
    expect(first?.tls).toBe(second?.tls)
    expect(first?.reason).toContain('the evidence was found, and the row settled by it')
  }, 30_000)

  it('between the answer and the evidence: it says that nobody knows, and sends again', async () => {
    await die('answered')
    expect(received()).toEqual({ 'p1@good.test': 1 })
    const recorded = await goOn()
    expect(received()).toEqual({ ...once1, 'p1@good.test': 2 })
    const leaves = await readLog()
    expect(outcomes(leaves).toSorted()).toEqual([...Array<string>(3).fill('delivered observed'), 'unknown unknown'])
    expect(recovered(leaves)).toMatchObject([{ inFlight: 1, delivered: 0, unknown: 1 }])
    const unknown = leaves.findIndex((leaf) => leaf.kind === 'attempt' && leaf.outcome === 'unknown')
    expect(leaves[unknown]).toMatchObject({ session: null, message: null, octets: null, reply: null })
    // The next attempt names the one before it, under a key of its own.
    const again = recorded.filter(({ address }) => address === 'p1@good.test')
    expect(again).toMatchObject([
      { number: 1, outcome: 'unknown', previous: null },
      { number: 2, outcome: 'delivered', previous: unknown },
    ])
  }, 30_000)

  it('when the queue had it too: nothing is in flight, and nothing is to be recovered', async () => {
    await die('settled')
    expect(received()).toEqual({ 'p1@good.test': 1 })
    await goOn()
    expect(received()).toEqual(once1)
    const leaves = await readLog()
    expect(outcomes(leaves)).toHaveLength(3)
    expect(recovered(leaves)).toEqual([])
  }, 30_000)

  it('again while it recovers: it finds what it said itself, and says it once', async () => {
    await die('answered')
    await die('recovered')
    expect(received()).toEqual({ 'p1@good.test': 1 })
    await goOn()
    expect(received()).toEqual({ ...once1, 'p1@good.test': 2 })
    const leaves = await readLog()
    expect(outcomes(leaves).filter((outcome) => outcome.startsWith('unknown'))).toHaveLength(1)
    expect(recovered(leaves)).toMatchObject([
      { inFlight: 1, unknown: 1 },
      { inFlight: 1, unknown: 1 },
    ])
  }, 30_000)
})

describe('killed between the evidence and the queue', () => {
  it('when the server refused for good, it is not tried again', async () => {
    await server[Symbol.asyncDispose]()
    server = await startScriptedServer({ rcpt: ({ line }) => (line.includes('p1@') ? '550 5.1.1 no such user\r\n' : undefined) })
    await die('recorded')
    await goOn()
    expect(received()).toEqual({ 'p2@good.test': 1, 'p3@good.test': 1 })
    using queue = QueueReader.open(folder)
    expect(queue.list({ state: 'failed' }, 9)).toMatchObject([{ address: 'p1@good.test', code: 550, enhanced: '5.1.1' }])
  }, 30_000)
})
