/** From a campaign to the receipt of one message of it, and to somebody who checks that receipt. */
import { createPublicKey } from 'node:crypto'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from '../../support/cli.ts'

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
    expect(held.stderr).toContain('Nothing was attempted for this message')
    expect((await desk.run('prove', '--recipient', 'nobody@valid.test')).stderr).toContain('no such message')
    expect((await desk.run('prove', '--recipient', 'ada@valid.test', '--campaign', 'summer')).stderr).toContain('no such message')
    expect((await desk.run('prove', '--recipient', 'ada')).stderr).toContain('there is no @')
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
    expect((await desk.run('verify', 'receipt.json', '--key', 'missing.pem')).stderr).toContain(
      'missing.pem: The file does not exist',
    )
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
