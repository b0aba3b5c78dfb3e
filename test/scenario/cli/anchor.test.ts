import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { simpleParser } from 'mailparser'
import { keepCheckpoint, keepCosignature } from '../../../src/anchor/index.ts'
import { makeSigner, parseVerifier, printNote, printVerifier } from '../../../src/tlog/index.ts'
import { startDnsServer } from '../../../src/world/index.ts'
import { type AnchorLog, openAnchorLog, origin } from '../../support/anchorLog.ts'
import { type Desk, openDesk } from '../../support/cli.ts'
import { freePort } from '../../support/freePort.ts'
import { type WitnessLab, openWitnessLab } from '../../support/witnessLab.ts'

const bin = fileURLToPath(new URL('../../../bin/sealpost.js', import.meta.url))

let folder: string
let log: AnchorLog
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  log = await openAnchorLog()
})
afterEach(async () => {
  await rm(folder, { recursive: true })
  await log[Symbol.asyncDispose]()
})

function start(...words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [bin, ...words], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } })
}

async function run(...words: readonly string[]) {
  const child = start(...words)
  const out = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk) => (out.stdout += String(chunk)))
  child.stderr?.on('data', (chunk) => (out.stderr += String(chunk)))
  const [exit] = await once(child, 'close')
  return { exit: Number(exit), ...out }
}

/** Starts `sealpost serve` as a witness; what it says first has the key. */
async function startWitness() {
  const child = start('serve', '-s', 'witness.yaml')
  let said = ''
  child.stdout?.on('data', (chunk) => (said += String(chunk)))
  child.stderr?.on('data', (chunk) => (said += String(chunk)))
  while (!/Witness: (\S+)\n/.test(said)) await once(child.stdout ?? child, 'data')
  return {
    port: /port (\d+)/.exec(said)?.[1] ?? '',
    key: /Witness: (\S+)/.exec(said)?.[1] ?? '',
    said: () => said,
    stop: async (signal: NodeJS.Signals = 'SIGTERM') => {
      child.kill(signal)
      return once(child, 'close')
    },
  }
}

/** The settings of a witness for this log, on a port of its own. */
async function writeWitness(): Promise<void> {
  await writeFile(
    join(folder, 'witness.yaml'),
    `data: ./witness\nserver: { listen: "127.0.0.1:${await freePort()}" }\nwitness: { name: witness.example, logs: ["${log.key}"] }\n`,
  )
}

it('another Sealpost witnesses a log, however it ends and is started again', async () => {
  await log.growTo(3)
  await writeWitness()
  const first = await startWitness()
  expect((await stat(join(folder, 'witness/keys/witness.pem'))).mode & 0o777).toBe(0o600)
  const url = `http://127.0.0.1:${first.port}`
  const cosigned = await run('anchor', log.folder, '--witness', url, '--key', first.key)
  expect(cosigned).toMatchObject({ exit: 0, stdout: expect.stringMatching(/3 entries\.\nCosigned by witness\.example at 20/) })
  expect((await run('anchor', log.folder, '--witness', url, '--key', first.key)).stdout).toContain('has cosigned it before')
  await first.stop('SIGKILL')
  const again = await startWitness()
  expect(again.key).toBe(first.key)
  await log.growTo(9)
  const json = await run('anchor', log.folder, '--witness', url, '--key', first.key, '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({
    schema: 'sealpost/anchor@1',
    action: 'witness',
    origin,
    size: 9,
    outcome: { kind: 'cosigned', witness: 'witness.example' },
  })
  await again.stop()
  const shown = await run('anchor', log.folder, '--key', first.key)
  expect(shown.exit).toBe(0)
  expect(shown.stdout).toMatch(
    /3 entries: is part of the log, which has grown since\.\n {2}Cosigned by[\S\s]+9 entries: is the last checkpoint\.\n {2}Cosigned by/,
  )
}, 60_000)

it('a log that was cut back, and one that was made anew, are told by the witness', async () => {
  await log.growTo(5)
  await using former = await log.copy()
  await log.growTo(9)
  await writeWitness()
  const witness = await startWitness()
  const words = ['--witness', `http://127.0.0.1:${witness.port}`, '--key', witness.key]
  await run('anchor', log.folder, ...words)
  const cut = await run('anchor', former.folder, ...words)
  expect([cut.exit, cut.stdout]).toEqual([1, expect.stringContaining('ROLLED BACK: witness.example has cosigned 9 entries')])
  await using other = await log.fork(9)
  const forked = await run('anchor', other.folder, ...words)
  expect([forked.exit, forked.stdout]).toEqual([1, expect.stringContaining('FORKED: ')])
  await witness.stop()
  expect(witness.said()).toContain(`The log ${origin} has signed two different checkpoints of one size`)
})

it('a witness that does not answer refuses nothing, and one that has forgotten does not start', async () => {
  await log.growTo(3)
  await writeWitness()
  const witness = await startWitness()
  const words = ['--witness', `http://127.0.0.1:${witness.port}`, '--key', witness.key]
  await witness.stop()
  expect((await run('anchor', log.folder, ...words)).exit).toBe(3)
  for (const name of await readdir(join(folder, 'witness')))
    if (name.startsWith('witness.db')) await rm(join(folder, 'witness', name))
  const forgetful = await run('serve', '-s', 'witness.yaml')
  expect([forgetful.exit, forgetful.stderr]).toEqual([
    2,
    expect.stringContaining('witness.db, which knows what was cosigned with it, is missing'),
  ])
})

it('a cosignature that somebody forged keeps nobody from asking, and is shown', async () => {
  const note = await log.growTo(3)
  await writeWitness()
  const witness = await startWitness()
  const verifier = parseVerifier(witness.key)
  if (verifier.kind === 'malformed') throw new Error(verifier.why)
  await keepCheckpoint(log.evidence, 3, note)
  const forged = { name: verifier.name, id: verifier.id, signature: Buffer.alloc(72) }
  await keepCosignature(log.evidence, 3, note.text, forged)
  const asked = await run('anchor', log.folder, '--witness', `http://127.0.0.1:${witness.port}`, '--key', witness.key)
  expect(asked.stdout).toContain('Cosigned by witness.example')
  await witness.stop()
  const suspicious = await run('anchor', log.folder, '--key', witness.key)
  expect([suspicious.exit, suspicious.stdout]).toEqual([
    1,
    expect.stringContaining('A cosignature in the name of witness.example does not verify'),
  ])
})

it('a checkpoint is printed for the DNS, looked up there, and compared', async () => {
  await log.growTo(3)
  const line = (await run('anchor', log.folder, '--dns', '--dns-name', '_sealpost.c.test')).stdout
  expect(line).toMatch(
    /^_sealpost\.c\.test\. 3600 IN TXT "v=sealpost-checkpoint1 size=3 root=\S+ origin=log\.example\/evidence"\n$/,
  )
  const value = /"(.+)"/.exec(line)?.[1] ?? ''
  await using dns = await startDnsServer({ '_sealpost.c.test': { TXT: [value] } })
  await writeFile(join(folder, 'sealpost.yaml'), `data: ${log.folder}\ndns: { servers: ["${dns.host}:${dns.port}"], tries: 1 }\n`)
  await log.growTo(5)
  const grown = await run('anchor', '--dns-name', '_sealpost.c.test')
  expect([grown.exit, grown.stdout]).toEqual([0, expect.stringContaining('3 entries: is part of the log, which has grown since')])
  await using other = await log.fork(5)
  const forked = await run('anchor', other.folder, '--dns-name', '_sealpost.c.test')
  expect([forked.exit, forked.stdout]).toEqual([1, expect.stringContaining('FORKED')])
})

it('a checkpoint is sent to an auditor, encrypted, as a campaign would be', async () => {
  const note = await log.growTo(3)
  await using desk = await openDesk({ keep: true })
  const sent = await desk.run('anchor', log.folder, '--mail', 'auditor@valid.test', '--as', 'campaign.yaml')
  expect(sent).toMatchObject({ exit: 0, stdout: expect.stringContaining('It was sent to auditor@valid.test (valid).') })
  expect(desk.world.received()).toEqual({ total: 1, plaintext: 0 })
  const [message] = desk.world.mailbox('valid.test').messages
  const mail = await simpleParser(message?.raw ?? '')
  expect(mail.subject).toBe(`Checkpoint of ${origin}: 3 entries`)
  expect(mail.text).toContain(printNote(note).trimEnd())
  // It is in the evidence of the sender, whose log is one that can be anchored.
  const entries = await readdir(join(desk.folder, 'data/evidence/tile/entries'), { recursive: true, withFileTypes: true })
  const texts = await Promise.all(
    entries.filter((one) => one.isFile()).map((one) => readFile(join(one.parentPath, one.name), 'utf8')),
  )
  expect(texts.join('')).toContain('"act":"anchored"')
  expect(texts.join('')).not.toContain('auditor@valid.test')
  expect((await desk.run('anchor', '--dns')).stdout).toMatch(/size=\d+ root=\S+ origin=sealpost\.invalid\/[0-9a-f]{16}"\n$/)
  // Where the way is not encrypted, it does not go.
  const held = await desk.run('anchor', log.folder, '--mail', 'auditor@plain.test', '--as', 'campaign.yaml')
  expect(held.exit).not.toBe(0)
  expect(desk.world.received().plaintext).toBe(0)
})

describe('what was sent, with a witness', () => {
  let desk: Desk
  let lab: WitnessLab
  let key: string
  let witness: string
  let size: number
  beforeAll(async () => {
    desk = await openDesk({ recipients: ['ada@valid.test'] })
    await desk.run('send', 'campaign.yaml', '--force')
    key = (await readFile(join(desk.folder, 'data/evidence/keys'), 'utf8')).trim()
    const verifier = parseVerifier(key)
    if (verifier.kind === 'malformed') throw new Error(verifier.why)
    lab = await openWitnessLab([verifier])
    witness = printVerifier(lab.signer.verifier)
    await desk.run('anchor', '--witness', lab.url.href, '--key', witness)
    size = lab.ledger.find(verifier.name)?.size ?? 0
    // The log goes on: a receipt keeps to what was cosigned.
    await desk.run('anchor', '--mail', 'auditor@valid.test', '--as', 'campaign.yaml')
  }, 60_000)
  afterAll(async () => {
    await lab[Symbol.asyncDispose]()
    await desk[Symbol.asyncDispose]()
  })

  it('is proven by a receipt that rests on what was cosigned', async () => {
    await desk.run('prove', '--recipient', 'ada@valid.test', '--out', 'receipt.json')
    const proven = await desk.run('verify', 'receipt.json', '--key', key, '--witness-key', witness)
    expect(proven.exit).toBe(0)
    const cosigned = `of checkpoint: ${size}:[\\S\\s]+Cosigned by witness\\.example/one at 2027-01-15T08:00:00\\.000Z\\.`
    expect(proven.stdout).toMatch(new RegExp(cosigned))
  })

  it('is told by verify', async () => {
    const verified = await desk.run('verify', 'data', '--witness-key', witness)
    expect(verified).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining(`${size} entries: is part of the log, which has grown since.`),
    })
    const told = JSON.parse((await desk.run('verify', 'data', '--witness-key', witness, '--json')).stdout) as unknown
    expect(told).toMatchObject({ anchors: { fine: true, anchors: [{ cosignatures: [{ kind: 'verified' }] }] } })
  })

  it('is not spoiled by an anchor of another log, which verify tells', async () => {
    await log.growTo(size + 9)
    const odd = join(desk.folder, 'data/evidence/anchors', `${size + 9}-0000000000000000`)
    await cp(join(log.evidence, 'checkpoint'), join(odd, 'checkpoint'))
    expect((await desk.run('verify', 'data')).exit).toBe(1)
    expect((await desk.run('prove', '--recipient', 'ada@valid.test', '--out', 'again.json')).exit).toBe(0)
    expect((await desk.run('verify', 'again.json', '--key', key)).exit).toBe(0)
    await rm(odd, { recursive: true })
  })
})

it.each([
  [['--witness', 'https://w.example'], 'The verifier key of the witness is needed'],
  [['--witness', 'http://w.example', '--key', 'KEY'], 'It is no address of a service over https'],
  [['--witness', 'https://w.example', '--key', 'nonsense'], 'This is no key of a witness'],
  [['--witness', 'https://w.example', '--dns'], 'cannot be used with'],
  [['--mail', 'a@b.test'], 'It is not said from whom'],
  [['--mail', 'nobody', '--as', 'x.yaml'], 'It is no address'],
  [['--timestamp', 'http://t.example', '--tsa-ca', 'none.pem'], 'The file does not exist'],
])('%j: %s', async (words, expected) => {
  await log.growTo(1)
  const { privateKey } = generateKeyPairSync('ed25519')
  const key = printVerifier(makeSigner('witness.example', 'cosignature', privateKey).verifier)
  const { exit, stderr } = await run('anchor', log.folder, ...words.map((word) => (word === 'KEY' ? key : word)))
  expect([exit, stderr]).toEqual([2, expect.stringContaining(expected)])
})

it('where there is no log, nothing is anchored', async () => {
  expect(await run('anchor', folder, '--dns')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('There is no evidence log here'),
  })
})
