/**
 * A log was rewritten after a witness had seen it. The sender cannot get the witness's word for the new one, and leaves it
 * out: whoever holds a receipt can take off what others said of it, and it is still a receipt. An auditor who names the witness
 * that he trusts, or the authorities, has asked for their word; that it is not there must not look as if it were.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { printReceipt } from '../../src/evidence/receipt/index.ts'
import { printVerifier } from '../../src/tlog/index.ts'
import { type ProvenLog, makeLogSigner, makeProvenLog } from '../support/provenLog.ts'
import { authority } from '../support/lab.ts'

const bin = join(import.meta.dirname, '../../bin/sealpost.js')
const signer = makeLogSigner('witness.example', 'cosignature')
const witness = printVerifier(signer.verifier)
const other = printVerifier(makeLogSigner('late.example', 'cosignature').verifier)

let folder: string
let log: ProvenLog
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  log = await makeProvenLog({ witness: { signer, time: 1_780_000_000 } })
  await writeFile(join(folder, 'whole.json'), printReceipt(log.receipt))
  const bare = printReceipt(log.receipt).replaceAll(/\u2014 witness\.example [^\\]+\\n/g, '')
  await writeFile(join(folder, 'bare.json'), bare)
  await writeFile(join(folder, 'tsa.pem'), authority.pem)
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function verify(file: string, ...words: readonly string[]) {
  const given = [bin, 'verify', file, '--key', log.vkey, ...words]
  try {
    return { exit: 0, stdout: (await promisify(execFile)(process.execPath, given, { cwd: folder })).stdout }
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string }
    return { exit: code, stdout }
  }
}

it('a witness that was named and is not there is told, and counts', async () => {
  expect((await verify('bare.json')).exit).toBe(0)
  const whole = await verify('whole.json', '--witness-key', witness)
  expect(whole).toMatchObject({ exit: 0, stdout: expect.stringContaining('Cosigned by witness.example at 2026-05-28') })
  const bare = await verify('bare.json', '--witness-key', witness)
  expect(bare).toMatchObject({ exit: 1, stdout: expect.stringContaining('NOT COSIGNED by witness.example') })
  const told = JSON.parse((await verify('bare.json', '--witness-key', witness, '--json')).stdout) as unknown
  expect(told).toMatchObject({ kind: 'proven', witnessed: [], notWitnessed: ['witness.example'] })
  // One of those who were named is enough; the others are told.
  const one = await verify('whole.json', '--witness-key', witness, '--witness-key', other)
  expect(one).toMatchObject({ exit: 0, stdout: expect.stringContaining('NOT COSIGNED by late.example') })
})

it('a time-stamp that was asked for and is not there is told, and counts', async () => {
  const bare = await verify('bare.json', '--tsa-ca', 'tsa.pem')
  expect(bare).toMatchObject({ exit: 1, stdout: expect.stringContaining('NOT TIME-STAMPED') })
})
