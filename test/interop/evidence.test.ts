/** Evidence logs and receipts of ours, judged by a verifier in Python that was written from the specifications. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { printReceipt } from '../../src/evidence/receipt/index.ts'
import { type EvidenceReceipt, type Json, canonicalize } from '../../src/evidence/verify/index.ts'
import { rotateSigningKey } from '../../src/evidence/index.ts'
import { openSigningKeys } from '../../src/evidence/key/index.ts'
import { FileStore, LogWriter, type Signer, printNote, printVerifier, signNote } from '../../src/tlog/index.ts'
import { anAttempt, openLog } from '../support/evidence.ts'
import { type ProvenLog, logOrigin, makeLogSigner, makeProvenLog } from '../support/provenLog.ts'
import { makeShownCertificate } from '../support/shownCertificates.ts'

const script = fileURLToPath(new URL('evidence.py', import.meta.url))

/** What the verifier says: its line, which begins with "ok" where it exits with 0. */
async function judge(...words: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)('python3', [script, ...words])).stdout.trim()
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && 'code' in error && error.code === 1) return String(error.stdout).trim()
    throw error
  }
}

let place: string
let log: ProvenLog
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'evidence-'))
  log = await makeProvenLog({
    certificates: [await makeShownCertificate('ec'), await makeShownCertificate('rsa')],
    others: 300,
  })
})
afterAll(async () => rm(place, { recursive: true }))

describe('a log', () => {
  let folder: string
  beforeEach(async () => {
    folder = join(place, 'log')
    await rm(folder, { recursive: true, force: true })
    for (const [path, octets] of log.store.files) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), octets)
    }
  })

  it('is found whole, every entry canonical', async () => {
    expect(await judge('log', folder, logOrigin, log.vkey)).toBe(
      'ok 602 entries, 2 levels of tiles, 1 session, 601 attempt, 0 act',
    )
  })

  const change = async (path: string, at: number): Promise<void> => {
    const octets = await readFile(join(folder, path))
    octets[at] = (octets[at] ?? 0) ^ 1
    await writeFile(join(folder, path), octets)
  }
  const rewrite = async (edit: (note: string) => string): Promise<void> => {
    const path = join(folder, 'checkpoint')
    const note = await readFile(path, 'utf8')
    expect(edit(note)).not.toBe(note)
    await writeFile(path, edit(note))
  }

  it.each<[string, string, () => Promise<void>]>([
    ['an octet of an entry', 'tile/0/001 is not what lies below it', async () => change('tile/entries/001', 9)],
    ['an octet of a hash', 'tile/0/001 is not what lies below it', async () => change('tile/0/001', 9)],
    ['an octet of a hash above', 'tile/1/000.p/2 is not what lies below it', async () => change('tile/1/000.p/2', 9)],
    ['a truncated tile', 'tile/0/000 is truncated', async () => truncate(join(folder, 'tile/0/000'), 8191)],
    ['a truncated bundle', 'tile/entries/000 has 0 entries', async () => truncate(join(folder, 'tile/entries/000'), 0)],
    ['a missing tile', 'tile/0/002.p/90 is missing', async () => rm(join(folder, 'tile/0/002.p/90'))],
    ['a missing bundle', 'tile/entries/001 is missing', async () => rm(join(folder, 'tile/entries/001'))],
    ['a missing checkpoint', 'the checkpoint is missing', async () => rm(join(folder, 'checkpoint'))],
    [
      'two swapped tiles',
      'tile/0/000 is not what lies below it',
      async () => {
        const [a, b, aside] = ['tile/0/000', 'tile/0/001', 'aside'].map((name) => join(folder, name)) as [string, string, string]
        await rename(a, aside)
        await rename(b, a)
        await rename(aside, b)
      },
    ],
    [
      'another size',
      'the signature of the checkpoint does not verify',
      async () => rewrite((note) => note.replace('\n602\n', '\n601\n')),
    ],
    [
      'another root',
      'the signature of the checkpoint does not verify',
      async () => rewrite((note) => note.replace(/\n602\n.{4}/, '\n602\nAAAA')),
    ],
    [
      'another signature',
      'the signature of the checkpoint does not verify',
      async () => {
        await rewrite((note) => {
          const [head = '', packed = ''] = note.split(`\u2014 ${logOrigin} `)
          const octets = Buffer.from(packed, 'base64')
          octets[20] = (octets[20] ?? 0) ^ 1
          return `${head}\u2014 ${logOrigin} ${octets.toString('base64')}\n`
        })
      },
    ],
    [
      'a root that the key did sign',
      'the log does not give the root that is signed',
      async () => {
        await rewrite((note) => {
          const text = (note.split('\n\n')[0] ?? '').replace(/\n602\n.{4}/, '\n602\nAAAA')
          return printNote(signNote(`${text}\n`, log.signers))
        })
      },
    ],
  ])('is rejected for %s', async (_, says, tamper) => {
    await tamper()
    expect(await judge('log', folder, logOrigin, log.vkey)).toBe(says)
  })

  it('is rejected under another origin or key', async () => {
    expect(await judge('log', folder, 'other.example', log.vkey)).toBe('the checkpoint is of another log')
    const other = printVerifier(makeLogSigner().verifier)
    expect(await judge('log', folder, logOrigin, other)).toBe('no known key signed the checkpoint')
  })

  it.each(['{"format":"sealpost-evidence/1", "kind":"act"}', '{"kind":"act","format":"sealpost-evidence/1"}', '[]'])(
    'is rejected for an entry that is not canonical: %s',
    async (entry) => {
      const signer = makeLogSigner()
      const writer = await LogWriter.open(new FileStore(join(place, `odd${entry.length}`)), {
        origin: logOrigin,
        signers: [signer],
      })
      writer.append(Buffer.from(entry))
      await writer.commit()
      const vkey = printVerifier(signer.verifier)
      expect(await judge('log', join(place, `odd${entry.length}`), logOrigin, vkey)).toBe('entry 0: the entry is not canonical')
    },
  )
})

describe('a log whose keys were changed', () => {
  let data: string
  const keys: Signer[] = []
  beforeAll(async () => {
    data = join(place, 'rotated')
    for (let turn = 0; turn < 3; turn += 1) {
      if (turn > 0) await rotateSigningKey(data, { time: turn })
      {
        await using written = await openLog(data)
        for (let number = 1; number <= 200; number += 1) written.attempt(anAttempt({ number }))
      }
      keys.push((await openSigningKeys(data, {})).signer)
    }
  })
  const judgeBy = async (signer: Signer | undefined): Promise<string> => {
    const { verifier } = signer ?? makeLogSigner()
    return judge('log', join(data, 'evidence'), verifier.name, printVerifier(verifier))
  }
  /** Adds an act as whoever has these keys can. */
  const forge = async (by: readonly [Signer, ...Signer[]], leaf: object): Promise<void> => {
    const written = await LogWriter.open(new FileStore(join(data, 'evidence')), {
      origin: by[0].verifier.name,
      signers: by,
      formerKeys: keys.map(({ verifier }) => verifier),
    })
    written.append(Buffer.from(canonicalize(leaf as Json)))
    await written.commit()
  }

  it('is found whole by each of them, and by no other', async () => {
    for (const signer of keys)
      expect(await judgeBy(signer)).toBe('ok 602 entries, 2 levels of tiles, 0 session, 600 attempt, 2 act')
    const name = keys[0]?.verifier.name ?? ''
    expect(await judgeBy(makeLogSigner(name))).toBe('no known key signed the checkpoint')
  })

  it('is rejected where a key that was replaced signs on, and where a change of keys is forged', async () => {
    const [first, , last] = keys
    if (!first || !last) throw new Error('there are no keys')
    const act = { format: 'sealpost-evidence/1', kind: 'act', time: '2026-11-25T00:00:00.000Z', act: 'erased', detail: {} }
    await forge([first], act)
    expect(await judgeBy(first)).toBe('no known key signed the checkpoint')
    const to = printVerifier(makeLogSigner(first.verifier.name).verifier)
    const signature = Buffer.alloc(64, 1).toString('base64')
    await forge([last], { ...act, act: 'key-rotated', detail: { from: printVerifier(last.verifier), to, signature } })
    expect(await judgeBy(last)).toBe('entry 603: the former key did not hand over to the new one')
  })
})

describe('a receipt', () => {
  const judgeReceipt = async (receipt: EvidenceReceipt | string, vkey = log.vkey): Promise<string> => {
    const file = join(place, 'receipt.json')
    await writeFile(file, typeof receipt === 'string' ? receipt : printReceipt(receipt))
    return judge('receipt', file, vkey)
  }
  const inAttempt = (change: Partial<EvidenceReceipt['attempt']>): EvidenceReceipt => ({
    ...log.receipt,
    attempt: { ...log.receipt.attempt, ...change },
  })
  const inOpening = (change: Partial<EvidenceReceipt['attempt']['opening']>): EvidenceReceipt =>
    inAttempt({ opening: { ...log.receipt.attempt.opening, ...change } })

  it('is taken, with committed and open peer, without a session, and after keys were changed', async () => {
    expect(await judgeReceipt(log.receipt)).toBe('ok entry 301 of 602: ada@example.org delivered, mx1.example.org TLSv1.3')
    const clear = await makeProvenLog({ clear: true })
    expect(await judgeReceipt(clear.receipt, clear.vkey)).toMatch(/^ok entry 4 of 8/)
    const alone = await makeProvenLog({ alone: true, others: 0 })
    expect(await judgeReceipt(alone.receipt, alone.vkey)).toBe('ok entry 1 of 2: ada@example.org delivered, no session')
    const changed = await makeProvenLog({ signers: [makeLogSigner(), makeLogSigner(), makeLogSigner()] })
    for (const { verifier } of changed.signers) {
      expect(await judgeReceipt(changed.receipt, printVerifier(verifier))).toMatch(/^ok entry 6 of 10/)
    }
    expect(await judgeReceipt({ ...changed.receipt, rotations: [] }, changed.vkey)).toBe('no known key signed the checkpoint')
  })

  it.each<[string, () => EvidenceReceipt | string]>([
    ['an entry is not in the log', () => inAttempt({ leaf: log.receipt.attempt.leaf.replace('"code":250', '"code":251') })],
    ['an entry is not in the log', () => inAttempt({ proof: log.receipt.attempt.proof.replace(/(index .*\n).*\n/, '$1') })],
    ['an entry is not in the log', () => inAttempt({ proof: log.receipt.attempt.proof.replace('index 301', 'index 302') })],
    ['the parts are of several checkpoints', () => inAttempt({ proof: log.receipt.attempt.proof.replace('\n602\n', '\n603\n') })],
    ['the signature of the checkpoint does not verify', () => printReceipt(log.receipt).replaceAll('\\n602\\n', '\\n603\\n')],
    ['the recipient is not the one that was recorded', () => inOpening({ recipient: 'eve@example.org' })],
    ['the recipient is not the one that was recorded', () => inOpening({ key: 'A'.repeat(43) })],
    ['the campaign is not the one that was recorded', () => inOpening({ campaign: 'winter' })],
    ['the domain is not the one that was recorded', () => inOpening({ domain: 'example.com' })],
    ['the message is not the one that was recorded', () => inOpening({ message: null })],
    ['the reply is not the one that was recorded', () => inOpening({ reply: '2.0.0 Ok' })],
    ['the peer is not the one that was recorded', () => printReceipt(log.receipt).replace('"host": "mx1', '"host": "mx2')],
    ['the session is left out', () => ({ ...log.receipt, session: null, certificates: [] })],
    [
      'the certificates are not those that were seen',
      () => ({ ...log.receipt, certificates: log.receipt.certificates.toReversed() }),
    ],
    ['the receipt is of another log', () => ({ ...log.receipt, origin: 'other.example' })],
    ['a member stands twice', () => printReceipt(log.receipt).replace('{', '{"origin": "x",')],
  ])('is rejected: %s', async (says, tamper) => {
    expect(await judgeReceipt(tamper())).toBe(says)
  })
})

it('has the same canonical form in both languages', async () => {
  const values = fc.sample(fc.jsonValue({ maxDepth: 4 }), { numRuns: 400, seed: 8785 })
  const numbers = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), { numRuns: 1000, seed: 8785 })
  // RFC 8785, appendix B, and names that UTF-8 and UTF-16 sort differently.
  const known = [1e21, 1e-7, 4.5e-7, 1e20, 333_333_333.333_333_3, 5e-324, { '\ufb33': 1, '\ud83d\ude00': 2 }]
  const given = [...values, ...numbers, ...known]
    .map((value) => JSON.stringify(value))
    .filter((text) => !/\\ud[89a-f]/.test(text))
  const file = join(place, 'values.json')
  await writeFile(file, `[${given.join(',')}]`)
  const program = 'import json, sys, evidence\nfor one in json.load(open(sys.argv[1])): print(evidence.canonical(one))'
  const { stdout } = await promisify(execFile)('python3', ['-c', program, file], {
    env: { ...process.env, PYTHONPATH: dirname(script), PYTHONIOENCODING: 'utf-8', PYTHONDONTWRITEBYTECODE: '1' },
    maxBuffer: 1 << 26,
  })
  expect(stdout.trimEnd().split('\n')).toEqual(given.map((text) => canonicalize(JSON.parse(text))))
})
