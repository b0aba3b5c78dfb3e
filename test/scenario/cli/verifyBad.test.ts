/** What `sealpost verify` says of evidence that is not as it must be: each case has a name, a plain sentence, and exit status 1. */
import { generateKeyPairSync } from 'node:crypto'
import { cp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openSigningKeys } from '../../../src/evidence/key/index.ts'
import { printReceipt } from '../../../src/evidence/receipt/index.ts'
import type { EvidenceReceipt } from '../../../src/evidence/verify/index.ts'
import {
  FileStore,
  LogWriter,
  type Signer,
  makeSigner,
  parseNote,
  printNote,
  printVerifier,
  signNote,
} from '../../../src/tlog/index.ts'
import { type Desk, openDesk } from '../../support/cli.ts'
import { aSession, anAttempt, openLog } from '../../support/evidence.ts'
import { type ProvenLog, makeProvenLog } from '../../support/provenLog.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** Two full tiles and a partial one. */
const leaves = 600

let desk: Desk
let signer: Signer
/** The key as an auditor has it. */
let key: string
let kept: string
let proven: ProvenLog
let data: string
let copies = 0
beforeAll(async () => {
  desk = await openDesk()
  const original = join(desk.folder, 'original')
  {
    await using log = await openLog(original)
    const session = log.session(aSession())
    while (log.size < 300) log.attempt(anAttempt({ session, number: log.size }))
    await log.flush()
    await cp(join(original, 'evidence'), join(desk.folder, 'older'), { recursive: true })
    while (log.size < leaves) log.attempt(anAttempt({ session, number: log.size }))
    await log.flush()
    kept = `${log.checkpoint.size}:${log.checkpoint.root}`
  }
  ;({ signer } = await openSigningKeys(original, {}))
  key = printVerifier(signer.verifier)
  proven = await makeProvenLog()
})
afterAll(async () => desk[Symbol.asyncDispose]())

const at = (path: string): string => join(desk.folder, data, 'evidence', path)

async function edit(path: string, change: (octets: Buffer) => Buffer | string): Promise<void> {
  await writeFile(at(path), change(await readFile(at(path))))
}

async function swap(a: string, b: string): Promise<void> {
  await rename(at(a), at('aside'))
  await rename(at(b), at(a))
  await rename(at('aside'), at(b))
}

/** Signs the text of the checkpoint anew. */
async function resign(by: Signer, change: (text: string) => string = (text) => text): Promise<void> {
  await edit('checkpoint', (octets) => {
    const note = parseNote(octets)
    if (note.kind === 'malformed') throw new Error(note.why)
    return printNote(signNote(change(note.text), [by]))
  })
}

/** Adds an entry as whoever has the key can. */
async function forge(entry: string): Promise<void> {
  const log = await LogWriter.open(new FileStore(at('')), { origin: signer.verifier.name, signers: [signer] })
  log.append(Buffer.from(entry))
  await log.commit()
}

const foreign = (name = signer.verifier.name): Signer => makeSigner(name, 'note', generateKeyPairSync('ed25519').privateKey)

describe('a log', () => {
  it.each<[string, () => Promise<unknown>, string, string]>([
    ['a truncated tile', async () => truncate(at('tile/0/001'), 8_191), 'tile-truncated', 'has not the length that it must have'],
    ['a missing tile', async () => rm(at('tile/0/001')), 'tile-missing', 'hashes is missing'],
    ['swapped tiles', async () => swap('tile/0/000', 'tile/0/001'), 'tile-swapped', 'in the place of another one'],
    ['a truncated bundle', async () => truncate(at('tile/entries/000'), 1_000), 'bundle-malformed', 'it was cut'],
    ['a missing bundle', async () => rm(at('tile/entries/001')), 'bundle-missing', 'entries is missing'],
    [
      'swapped bundles',
      async () => swap('tile/entries/000', 'tile/entries/001'),
      'bundle-swapped',
      'in the place of another one',
    ],
    [
      'a leaf of 1 MB',
      async () => writeFile(at('tile/entries/001'), Buffer.alloc(1_000_000, 'x')),
      'bundle-malformed',
      'not written as such',
    ],
    ['a file without end', async () => truncate(at('tile/entries/001'), 2 ** 40), 'bundle-malformed', 'not written as such'],
    ['no checkpoint', async () => rm(at('checkpoint')), 'checkpoint-missing', 'is not there'],
    [
      'a wrong signature',
      async () => edit('checkpoint', (octets) => octets.toString().replace(`\n${leaves}\n`, `\n${leaves - 1}\n`)),
      'signature-wrong',
      'changed after it was signed',
    ],
    ['an unknown signature', async () => resign(foreign()), 'signature-unknown', 'No key that is trusted has signed it'],
    [
      'a missing signature',
      async () => edit('checkpoint', (octets) => `${octets.toString().split('\n\n')[0]}\n\n`),
      'checkpoint-malformed',
      'or nobody signed it',
    ],
    [
      'an older size',
      async () => {
        await rm(at(''), { recursive: true })
        await cp(join(desk.folder, 'older'), at(''), { recursive: true })
      },
      'older-size',
      'fewer entries than it had',
    ],
    [
      'another history of this size',
      async () => resign(signer, (text) => text.replace(/\n.{43}=\n/, `\n${Buffer.alloc(32).toString('base64')}\n`)),
      'root-wrong',
      'not the log that was signed',
    ],
    [
      'another origin',
      async () => resign(foreign('other.example'), (text) => text.replace(signer.verifier.name, 'other.example')),
      'other-origin',
      'of another log',
    ],
    [
      'a million million entries',
      async () => resign(signer, (text) => text.replace(`\n${leaves}\n`, '\n1000000000000\n')),
      'tile-missing',
      'hashes is missing',
    ],
    ['an entry that is none', async () => forge('{}'), 'leaf-malformed', 'another program wrote it'],
  ])('with %s', async (_, tamper, failure, words) => {
    copies += 1
    data = `copy${copies}`
    await cp(join(desk.folder, 'original'), join(desk.folder, data), { recursive: true })
    await tamper()
    const given = ['verify', data, '--key', key, '--checkpoint', kept]
    const [shown, told] = await Promise.all([desk.run(...given), desk.run(...given, '--json')])
    expect(shown, shown.stderr).toMatchObject({ exit: 1, stderr: '' })
    expect(shown.stdout).toMatch(new RegExp(`^NOT VERIFIED: .*${words}.* \\(${failure}\\)\n`))
    expect(told).toMatchObject({ exit: 1, stderr: '' })
    expect(JSON.parse(told.stdout)).toMatchObject({ kind: 'failed', failure })
  })

  it('that was cut back to another one of the same size is a fork', async () => {
    const other = kept.replace(/.$/, (letter) => (letter === '0' ? '1' : '0'))
    const given = ['verify', 'original', '--key', key, '--checkpoint', other]
    expect((await desk.run(...given)).stdout).toMatch(/^NOT VERIFIED: .*\(fork\)\n/)
    expect((await desk.run('verify', 'original', '--key', key, '--checkpoint', kept)).exit).toBe(0)
    expect((await desk.run('verify', 'original/evidence', '--key', key)).exit).toBe(0)
  })
})

describe('a receipt', () => {
  const changed = (change: (text: string) => string) => (receipt: EvidenceReceipt) => change(printReceipt(receipt))

  it.each<[string, (receipt: EvidenceReceipt) => string, string, string]>([
    ['of another log', changed((text) => text), 'other-origin', 'another log than the one whose key is trusted'],
    [
      'that names this log, and is of another',
      changed((text) => text.replaceAll(proven.receipt.origin, signer.verifier.name)),
      'signature-unknown',
      'No key that is trusted',
    ],
    [
      'with a leaf of 1 MB',
      changed((text) => text.replace('"leaf": "', `"leaf": "${'x'.repeat(1_000_000)}`)),
      'receipt-malformed',
      'not a receipt',
    ],
    ['that is no receipt', () => '{}', 'receipt-malformed', 'not a receipt'],
    ['that is empty', () => '', 'receipt-malformed', 'not a receipt'],
  ])('%s', async (_, write, failure, words) => {
    await desk.write('receipt.json', write(proven.receipt))
    const given = ['verify', 'receipt.json', '--key', key]
    const [shown, told] = await Promise.all([desk.run(...given), desk.run(...given, '--json')])
    expect(shown, shown.stderr).toMatchObject({ exit: 1, stderr: '' })
    expect(shown.stdout).toMatch(new RegExp(`^NOT PROVEN: .*${words}.* \\(${failure}\\)\n`))
    expect(told).toMatchObject({ exit: 1, stderr: '' })
    expect(JSON.parse(told.stdout)).toMatchObject({ kind: 'failed', failure })
  })
})

it('what is not there cannot be begun with, and is told so', async () => {
  for (const [words, said] of [
    [['nowhere.json', '--key', key], 'nowhere.json: There is no such folder or file.'],
    [['older', '--key', key], 'There is no evidence log here'],
    [['original', '--key', `${key}x`], 'It is not the key of a log'],
    [['original', '--key', 'ca.pem'], 'The key is not of the kind Ed25519'],
    [['original', '--key', key, '--checkpoint', '12'], 'A checkpoint is SIZE:ROOT'],
  ] as const) {
    const ran = await desk.run('verify', ...words)
    expect(ran).toMatchObject({ exit: 2, stdout: '' })
    expect(ran.stderr).toContain(said)
  }
})
