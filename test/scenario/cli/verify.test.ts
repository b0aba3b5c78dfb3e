/** `sealpost verify` on a data folder, as an auditor uses it: with a key and checkpoints that came another way. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from '../../support/cli.ts'

let desk: Desk
let evidence: string
beforeAll(async () => {
  desk = await openDesk({ recipients: ['ada@valid.test', 'bob@valid.test', 'eve@plain.test'] })
  await desk.run('send', 'campaign.yaml')
  evidence = join(desk.folder, 'data', 'evidence')
  await cp(join(evidence, 'checkpoint'), join(desk.folder, 'kept'))
  const pem = await readFile(join(desk.folder, 'data', 'keys', 'evidence.pem'), 'utf8')
  await desk.write('right.pem', String(createPublicKey(pem).export({ type: 'spki', format: 'pem' })))
  await desk.write('wrong.pem', String(generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' })))
}, 60_000)
afterAll(async () => {
  await desk[Symbol.asyncDispose]()
})

async function verify(...words: readonly string[]) {
  const ran = await desk.run('verify', 'data', '--json', ...words)
  return { ...ran, told: ran.stdout === '' ? undefined : (JSON.parse(ran.stdout) as Record<string, unknown>) }
}

describe('sealpost verify', () => {
  it('says what is there, and that its own key proves little', async () => {
    const { exit, stdout } = await desk.run('verify', 'data')
    expect(stdout).toContain('INTACT: the evidence log verifies, from its first entry to the last.\n')
    expect(stdout).toMatch(/\d+ entries: \d+ connections, 2 attempts, \d+ acts; the last of 20/)
    expect(stdout).toMatch(/Checkpoint: \d+:[0-9a-f]{64}\n/)
    expect(stdout).toContain('The queue in the same folder remembers a checkpoint, which is part of this log.')
    expect(stdout).toContain('NO KEY WAS GIVEN: the one that was used came from the same folder as the log.')
    expect(exit).toBe(0)
  })

  it('takes a key that came another way, in either form', async () => {
    const vkey = (await readFile(join(evidence, 'keys'), 'utf8')).trim()
    for (const key of [vkey, 'right.pem']) {
      expect((await verify('--key', key)).told, key).toMatchObject({ kind: 'intact', ownKey: false })
    }
    expect(await verify('--key', 'wrong.pem')).toMatchObject({ exit: 1, told: { failure: 'signature-unknown' } })
    expect(await verify('--key', vkey.replace('sealpost.invalid', 'another.invalid'))).toMatchObject({ exit: 2 })
    expect((await verify('--key', 'missing.pem')).exit).toBe(2)
  })

  it('holds it against checkpoints that were kept', async () => {
    const [, size = '', root = ''] = /Checkpoint: (\d+):([0-9a-f]+)/.exec((await desk.run('verify', 'data')).stdout) ?? []
    expect(root).toHaveLength(64)
    const both = await verify('--checkpoint', `${size}:${root}`, '--checkpoint', 'kept')
    expect(both.told).toMatchObject({ kind: 'intact', kept: 2 })
    const later = await verify('--checkpoint', `${Number(size) + 1}:${root}`)
    expect(later).toMatchObject({ exit: 1, told: { kind: 'failed', failure: 'older-size' } })
    const other = await verify('--checkpoint', `${size}:${'0'.repeat(64)}`)
    expect(other).toMatchObject({ exit: 1, told: { kind: 'failed', failure: 'fork' } })
    const changed = (await readFile(join(desk.folder, 'kept'), 'utf8')).replace(`\n${size}\n`, `\n${Number(size) - 1}\n`)
    await desk.write('changed', changed)
    expect(await verify('--checkpoint', 'changed')).toMatchObject({
      exit: 1,
      told: { failure: 'signature-wrong', where: 'changed' },
    })
    expect((await verify('--checkpoint', 'nonsense')).exit).toBe(2)
  })

  it('wants a log, and an auditor needs no queue', async () => {
    await cp(evidence, join(desk.folder, 'alone', 'evidence'), { recursive: true })
    expect(await desk.run('verify', 'alone', '--key', 'right.pem')).toMatchObject({ exit: 0 })
    for (const [place, why] of [
      ['nowhere', 'nowhere: There is no such folder or file'],
      ['.', 'no evidence log'],
    ] as const)
      expect(await desk.run('verify', place)).toMatchObject({ exit: 2, stderr: expect.stringContaining(why) as string })
    await rm(join(desk.folder, 'alone', 'evidence'), { recursive: true })
    await cp(join(desk.folder, 'kept'), join(desk.folder, 'alone', 'evidence', 'log.jsonl'))
    expect(await desk.run('verify', 'alone')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('former format') as string,
    })
    await writeFile(join(desk.folder, 'alone', 'evidence', 'checkpoint'), 'x'.repeat(2_000_000))
    expect((await desk.run('verify', 'alone', '--key', 'right.pem')).exit).toBe(1)
  })
})
