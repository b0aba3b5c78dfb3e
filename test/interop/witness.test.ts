/** Our logs before a witness in Python that was written from the specifications, and cosignatures of ours before its verifier. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { anchorPath, askWitness, keepCheckpoint, keepCosignature } from '../../src/anchor/index.ts'
import { parseVerifier, printVerifier } from '../../src/tlog/index.ts'
import { openAnchorLog, origin } from '../support/anchorLog.ts'
import { openWitnessLab, terms, witnessName } from '../support/witnessLab.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

async function startPythonWitness(vkey: string) {
  const folder = await mkdtemp(join(tmpdir(), 'witness-'))
  const pem = join(folder, 'key.pem')
  await promisify(execFile)('openssl', ['genpkey', '-algorithm', 'ED25519', '-out', pem])
  const child = spawn('python3', [join(here, 'witness.py'), witnessName, pem, origin, vkey])
  let said = ''
  child.stdout.on('data', (chunk) => (said += String(chunk)))
  while (!said.endsWith('\n')) await once(child.stdout, 'data')
  const [port = '', key = ''] = said.trim().split(' ')
  const verifier = parseVerifier(key)
  if (verifier.kind === 'malformed') throw new Error(`${key}: ${verifier.why}`)
  return {
    target: { url: new URL(`http://127.0.0.1:${port}`), verifier },
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await once(child, 'close')
      await rm(folder, { recursive: true })
    },
  }
}

it('a witness in Python cosigns a log of ours as it grows, whatever the sizes', async () => {
  await using log = await openAnchorLog()
  await using witness = await startPythonWitness(log.key)
  let known = 0
  for (const size of [1, 2, 3, 7, 8, 255, 256, 257, 700, 1024, 1025]) {
    await log.growTo(size)
    const outcome = await askWitness(witness.target, await log.open(), known, terms)
    expect([size, outcome]).toEqual([size, expect.objectContaining({ kind: 'cosigned' })])
    known = size
  }
  await using other = await log.fork(1025)
  expect(await askWitness(witness.target, await other.open(), known, terms)).toMatchObject({ kind: 'contradicted' })
  await using larger = await log.fork(1500)
  expect(await askWitness(witness.target, await larger.open(), 0, terms)).toMatchObject({ kind: 'contradicted' })
  await using shorter = await log.fork(9)
  expect(await askWitness(witness.target, await shorter.open(), 0, terms)).toEqual({ kind: 'ahead', size: 1025 })
  await using stranger = await openAnchorLog()
  await stranger.growTo(3)
  expect(await askWitness(witness.target, await stranger.open(), 0, terms)).toMatchObject({ kind: 'refused' })
})

it('a cosignature of ours below its checkpoint is one to the verifier in Python', async () => {
  await using log = await openAnchorLog()
  await using lab = await openWitnessLab([log.signer.verifier])
  const note = await log.growTo(4)
  const outcome = await askWitness({ url: lab.url, verifier: lab.signer.verifier }, await log.open(), 0, terms)
  if (outcome.kind !== 'cosigned') throw new Error(outcome.kind)
  await keepCheckpoint(log.evidence, 4, note)
  await keepCosignature(log.evidence, 4, note.text, outcome.signature)
  // As docs/anchoring.md says: the line is put below the checkpoint.
  const kept = join(log.evidence, anchorPath(4, note.text))
  const name = (await readdir(kept)).find((one) => one.endsWith('.cosignature')) ?? ''
  const whole = join(log.folder, 'whole')
  await writeFile(whole, (await readFile(join(kept, 'checkpoint'), 'utf8')) + (await readFile(join(kept, name), 'utf8')))
  const words = ['cosigned', whole, printVerifier(lab.signer.verifier)]
  const { stdout } = await promisify(execFile)('python3', [join(here, 'tlog.py'), ...words])
  expect(stdout).toBe('ok time 1800000000\n')
})
