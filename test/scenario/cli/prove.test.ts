/** From a campaign to the receipt of one message of it, and to somebody who checks that receipt. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { keepCheckpoint, keepCosignature } from '../../../src/anchor/index.ts'
import { type Signer, makeSigner, parseNote, printVerifier, signNote } from '../../../src/tlog/index.ts'
import { type Desk, openDesk } from '../../support/cli.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let desk: Desk
/** The key of the log, as the sender would make it known. */
let key: string
beforeAll(async () => {
  desk = await openDesk({ recipients: ['ada@valid.test', 'bob@valid.test', 'eve@plaintext.test'] })
  const sent = await desk.run('send', 'campaign.yaml', '--force')
  expect(sent.stderr).not.toContain('SP_')
  key = (await readFile(join(desk.folder, 'data/evidence/keys'), 'utf8')).trim()
})
afterAll(async () => desk[Symbol.asyncDispose]())

const file = (name: string): string => join(desk.folder, name)

describe('prove', () => {
  it('writes a receipt that verify proves, with TLS and the recipient', async () => {
    const proved = await desk.run('prove', '--recipient', 'Ada@valid.test', '--out', 'receipt.json')
    expect(proved).toMatchObject({ exit: 0, stdout: '' })
    expect(proved.stderr).toContain('The receipt is in receipt.json. It names the recipient')
    const verified = await desk.run('verify', 'receipt.json', '--key', key)
    expect(verified.exit).toBe(0)
    expect(verified.stdout).toMatch(/^PROVEN: delivered at .* \(observed\), as the sender recorded it\.\n/)
    expect(verified.stdout).toContain('Recipient: ada@valid.test')
    expect(verified.stdout).toMatch(/Connection: TLSv1\.3, .*, to mx\.valid\.test/)
    const told = JSON.parse((await desk.run('verify', 'receipt.json', '--key', key, '--json')).stdout) as Record<string, unknown>
    expect(told).toMatchObject({ kind: 'proven', opening: { recipient: 'ada@valid.test', campaign: 'spring' } })
    // The certificates that the server showed are in it.
    expect(told['certificates']).toBeGreaterThan(0)
  })

  it('writes to standard output, and a file for each attempt', async () => {
    const shown = await desk.run('prove', '--recipient', 'bob@valid.test', '--campaign', 'spring')
    await writeFile(file('shown.json'), shown.stdout)
    expect((await desk.run('verify', 'shown.json', '--key', key)).exit).toBe(0)
    expect((await desk.run('prove', '--recipient', 'bob@valid.test', '--all-attempts', '--out', 'bob.json')).exit).toBe(0)
    expect((await desk.run('verify', 'bob.1.json', '--key', key)).exit).toBe(0)
    expect((await desk.run('prove', '--recipient', 'bob@valid.test', '--all-attempts')).stderr).toContain(
      'Each attempt has a receipt of its own',
    )
  })

  it('takes a checkpoint that was kept, and none of another log', async () => {
    await cp(file('data/evidence/checkpoint'), file('kept'))
    await desk.run('test-send', 'campaign.yaml', '--to', 'bob@valid.test')
    expect(await readFile(file('data/evidence/checkpoint'), 'utf8')).not.toBe(await readFile(file('kept'), 'utf8'))
    const proved = await desk.run('prove', '--recipient', 'bob@valid.test', '--checkpoint', 'kept', '--out', 'kept.json')
    expect(proved.exit).toBe(0)
    expect((await desk.run('verify', 'kept.json', '--key', key, '--checkpoint', 'kept')).stdout).toMatch(/^PROVEN/)
    const refused = await desk.run('prove', '--recipient', 'bob@valid.test', '--checkpoint', 'ca.pem')
    expect(refused).toMatchObject({ exit: 2 })
    expect(refused.stderr).toContain('Nothing can be proven from the evidence log')
  })

  it('says what there is nothing to prove of', async () => {
    const held = await desk.run('prove', '--recipient', 'eve@plaintext.test')
    expect(held).toMatchObject({ exit: 2 })
    expect(held.stderr).toMatch(
      /This message was not handed to any server \(failed: the domain does not exist.*sealpost queue show \d+ tells/s,
    )
    expect((await desk.run('prove', '--recipient', 'nobody@valid.test')).stderr).toContain('no such message')
    expect((await desk.run('prove', '--recipient', 'ada@valid.test', '--campaign', 'summer')).stderr).toContain('no such message')
    expect((await desk.run('prove', '--recipient', 'ada')).stderr).toContain('there is no @')
  })
})

describe('after the key was changed', () => {
  let data: string
  let former: string
  let present: string
  let witness: Signer
  beforeAll(async () => {
    data = file('data')
    witness = makeSigner('witness.test', 'cosignature', generateKeyPairSync('ed25519').privateKey)
    await cosign(witness)
    former = key
    await cp(file('data/evidence/checkpoint'), file('before'))
    expect((await desk.run('key', 'rotate')).exit).toBe(0)
    // What comes after is signed by the new key alone.
    await desk.run('test-send', 'campaign.yaml', '--to', 'bob@valid.test')
    key = (await readFile(file('data/evidence/keys'), 'utf8')).trim().split('\n').at(-1) ?? ''
    present = key
  })

  /** A witness signs the checkpoint of now. */
  async function cosign(signer: Signer): Promise<void> {
    const note = parseNote(await readFile(file('data/evidence/checkpoint')))
    if (note.kind === 'malformed') throw new Error(note.why)
    const [signature] = signNote(note.text, [signer], 1_700_000_000).signatures
    const size = Number(note.text.split('\n')[1])
    if (!signature) throw new Error('nothing was signed')
    await keepCheckpoint(join(data, 'evidence'), size, note)
    await keepCosignature(join(data, 'evidence'), size, note.text, signature)
  }

  const prove = async (...words: string[]) => desk.run('prove', '--recipient', 'ada@valid.test', '--out', 'after.json', ...words)
  const verify = async (by: string) => {
    const words = ['--key', by, '--witness-key', printVerifier(witness.verifier), '--json']
    const { exit, stdout } = await desk.run('verify', 'after.json', ...words)
    return { exit, told: JSON.parse(stdout) as Record<string, unknown> }
  }

  it('a receipt can be verified with each key, and says that an earlier anchor is left out', async () => {
    const proved = await prove()
    expect(proved.exit).toBe(0)
    expect(proved.stderr).toContain('is left out: the key of the log was changed after it')
    // A witness that is named and did not sign is told of.
    for (const by of [former, present])
      expect(await verify(by)).toMatchObject({
        exit: 1,
        told: { kind: 'proven', rotations: 1, witnessed: [], notWitnessed: ['witness.test'] },
      })
    const text = await desk.run('verify', 'after.json', '--key', former, '--checkpoint', 'before')
    expect(text.stdout).toContain('The key of the log was changed 1 time; each former key signed for the next.')
    for (const by of [former, present])
      expect((await desk.run('verify', 'after.json', '--key', by, '--checkpoint', 'before')).exit).toBe(0)
  })

  it('the anchor that is named counts, and the former key alone verifies it', async () => {
    const [, path = ''] = /--checkpoint DATA\/(\S+)/.exec((await prove()).stderr) ?? []
    const proved = await prove('--checkpoint', join('data', path))
    expect(proved.exit).toBe(0)
    expect(proved.stderr).toContain('The checkpoint was signed by a former key of the log.')
    expect(proved.stderr).toContain(former)
    expect(await verify(former)).toMatchObject({
      exit: 0,
      told: { rotations: 0, witnessed: [{ name: 'witness.test', time: 1_700_000_000 }] },
    })
    expect(await verify(present)).toMatchObject({ exit: 1, told: { failure: 'signature-unknown' } })
  })

  it('an anchor of since then is taken', async () => {
    await cosign(witness)
    const proved = await prove()
    expect(proved.exit).toBe(0)
    for (const by of [former, present]) expect(await verify(by)).toMatchObject({ exit: 0, told: { witnessed: [{}] } })
    const folder = await desk.run('verify', 'data', '--key', present, '--witness-key', printVerifier(witness.verifier))
    expect(folder, folder.stdout).toMatchObject({ exit: 0 })
    expect(folder.stdout.match(/Cosigned by witness\.test/g)).toHaveLength(2)
    for (const by of [former, present])
      expect((await desk.run('verify', 'data', '--key', by, '--checkpoint', 'before')).exit).toBe(0)
  })
})

describe('verify a receipt', () => {
  beforeAll(async () => {
    await desk.run('prove', '--recipient', 'ada@valid.test', '--out', 'receipt.json')
  })

  it('names what was changed', async () => {
    const text = await readFile(file('receipt.json'), 'utf8')
    await writeFile(file('other.json'), text.replace('"recipient": "ada@', '"recipient": "bob@'))
    const judged = await desk.run('verify', 'other.json', '--key', key)
    expect(judged.exit).toBe(1)
    expect(judged.stdout).toMatch(/^NOT PROVEN: .* \(opening-wrong\)\nother\.json: attempt\.opening\.recipient: /)
    const told = await desk.run('verify', 'other.json', '--key', key, '--json')
    expect(JSON.parse(told.stdout)).toMatchObject({ kind: 'failed', failure: 'opening-wrong' })
    await writeFile(file('long.json'), ' '.repeat(1_000_001))
    expect((await desk.run('verify', 'long.json', '--key', key)).stdout).toContain('receipt-malformed')
  })

  it('takes the key as a text, as the list of the log, and no other', async () => {
    expect((await desk.run('verify', 'receipt.json', '--key', 'data/evidence/keys')).exit).toBe(0)
    const pem = createPublicKey(await readFile(file('data/keys/evidence.pem'))).export({ type: 'spki', format: 'pem' })
    await writeFile(file('public.pem'), pem)
    expect((await desk.run('verify', 'receipt.json', '--key', 'public.pem')).exit).toBe(0)
    expect((await desk.run('verify', 'receipt.json')).stderr).toContain('proves nothing without a key')
    expect((await desk.run('verify', 'receipt.json', '--key', `${key}x`)).stderr).toContain('It is not the key of a log')
    expect((await desk.run('verify', 'receipt.json', '--key', 'ca.pem')).stderr).toContain('A key file cannot be read')
    expect((await desk.run('verify', 'receipt.json', '--key', 'missing.pem')).stderr).toContain('The file does not exist')
  })

  it('holds it against a checkpoint that was kept', async () => {
    const whole = await desk.run('verify', 'data', '--key', key)
    const [, checkpoint = ''] = /^Checkpoint: (\S+)$/m.exec(whole.stdout) ?? []
    expect((await desk.run('verify', 'receipt.json', '--key', key, '--checkpoint', checkpoint)).exit).toBe(0)
    expect((await desk.run('verify', 'receipt.json', '--key', key, '--checkpoint', 'data/evidence/checkpoint')).exit).toBe(0)
    const other = checkpoint.replace(/.$/, (letter) => (letter === '0' ? '1' : '0'))
    const judged = await desk.run('verify', 'receipt.json', '--key', key, '--checkpoint', other)
    expect(judged.exit).toBe(1)
    expect(judged.stdout).toContain('(fork)')
  })
})

it('says that somebody was erased, and proves nothing of them', async () => {
  expect((await desk.run('erase', 'ada@valid.test', '--yes')).exit).toBe(0)
  const proved = await desk.run('prove', '--recipient', 'Ada@valid.test')
  expect(proved).toMatchObject({ exit: 2, stdout: '' })
  expect(proved.stderr).toContain('Whoever has this address was erased')
  expect((await desk.run('prove', '--recipient', 'bob@valid.test', '--out', 'bob.json')).exit).toBe(0)
  expect((await desk.run('verify', 'bob.json', '--key', key)).exit).toBe(0)
})
