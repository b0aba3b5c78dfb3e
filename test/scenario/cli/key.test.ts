import { chmod, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { openDesk } from '../../support/cli.ts'

vi.setConfig({ testTimeout: 90_000 })

const passphrase = 'correct horse battery'

it('init makes the key that signs the evidence, for its owner alone, and once', async () => {
  await using desk = await openDesk()
  const made = await desk.run('init', 'new')
  expect(made).toMatchObject({ exit: 0 })
  expect(made.stdout).toContain('new/sealpost-data/keys/evidence.pem')
  const path = join(desk.folder, 'new/sealpost-data/keys/evidence.pem')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readFile(path, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/)
})

it('init asks for a passphrase at a terminal alone, and writes nothing where there is none', async () => {
  await using desk = await openDesk()
  const refused = await desk.run('init', 'new', '--passphrase')
  expect(refused).toMatchObject({ exit: 2 })
  expect(refused.stderr).toContain('no terminal to ask')
  await expect(stat(join(desk.folder, 'new'))).rejects.toMatchObject({ code: 'ENOENT' })
})

it('a passphrase is set, changed and removed, and neither it nor the key is ever shown', async () => {
  await using desk = await openDesk({ env: { NEW: passphrase, NEXT: 'another horse battery', SHORT: 'horse' } })
  await desk.run('init', 'new')
  const key = join(desk.folder, 'new/sealpost-data/keys/evidence.pem')
  const settings = await desk.write('new/with.yaml', 'evidence: { passphraseEnv: NEW }\n')
  const said: string[] = []
  const run = async (exit: number, ...words: string[]): Promise<void> => {
    const ran = await desk.run('key', 'passphrase', ...words)
    expect(ran, ran.stderr).toMatchObject({ exit })
    said.push(ran.stdout, ran.stderr)
  }
  await run(2, '-s', 'new/sealpost.yaml')
  expect(said.at(-1)).toContain('no terminal to ask')
  await run(2, '-s', 'new/sealpost.yaml', '--new-env', 'SHORT')
  await run(2, '-s', 'new/sealpost.yaml', '--new-env', 'ABSENT')
  expect(said.at(-1)).toContain('ABSENT is not set')
  await run(2, '-s', 'new/sealpost.yaml', '--new-env', 'NEW', '--remove')
  expect(await readFile(key, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/)
  // What the settings name is what a key without one gets.
  await run(0, '-s', settings)
  expect(await readFile(key, 'utf8')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
  await run(2, '-s', 'new/sealpost.yaml', '--new-env', 'NEXT')
  expect(said.at(-1)).toContain('evidence.passphraseEnv')
  await run(0, '-s', settings, '--new-env', 'NEXT')
  expect(said.at(-2)).toContain('settings name the new one')
  await run(2, '-s', settings, '--remove')
  expect(said.at(-1)).toContain('does not open the key')
  await desk.write('new/file.txt', 'another horse battery\n')
  const other = await desk.write('new/other.yaml', 'evidence: { passphraseFile: file.txt }\n')
  await run(0, '-s', other, '--remove')
  await run(0, '-s', 'new/sealpost.yaml', '--remove')
  expect(said.at(-2)).toContain('has no passphrase')
  expect(await readFile(key, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/)
  expect(said.join('')).not.toMatch(/horse|PRIVATE KEY/)
})

it('a key that others may read is not used', async () => {
  await using desk = await openDesk({ env: { NEW: passphrase } })
  await desk.run('init', 'new')
  await chmod(join(desk.folder, 'new/sealpost-data/keys/evidence.pem'), 0o644)
  const refused = await desk.run('key', 'passphrase', '-s', 'new/sealpost.yaml', '--new-env', 'NEW')
  expect(refused).toMatchObject({ exit: 2 })
  expect(refused.stderr).toContain('chmod 600')
})

it('a campaign is sent under a key with a passphrase, which is rotated, and the evidence verifies by either key', async () => {
  await using desk = await openDesk({
    recipients: ['ada@valid.test', 'bob@valid.test'],
    settings: 'evidence: { passphraseEnv: PASS }\n',
    env: { PASS: passphrase },
  })
  expect((await desk.run('key', 'show')).exit).toBe(2)
  expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
  const path = join(desk.folder, 'data/keys/evidence.pem')
  expect(await readFile(path, 'utf8')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
  const show = async () => JSON.parse((await desk.run('key', 'show', '--json')).stdout) as Shown
  const before = await show()
  expect(before).toMatchObject({ encrypted: true, keys: [{ since: expect.stringMatching(/^20/) }] })

  const rotated = await desk.run('key', 'rotate')
  expect(rotated, rotated.stderr).toMatchObject({ exit: 0 })
  const after = await show()
  expect(after.keys.map(({ key }) => key)).toEqual([before.keys[0]?.key, expect.any(String)])
  expect(rotated.stdout).toContain(after.keys[1]?.key)
  expect(after.keys[1]?.since).toMatch(/^20/)
  expect(await readFile(path, 'utf8')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
  for (const key of after.keys) {
    const verified = await desk.run('verify', 'data', '--key', key.key)
    expect(verified, verified.stdout + verified.stderr).toMatchObject({ exit: 0 })
  }
  const text = (await desk.run('key', 'show')).stdout
  for (const words of [after.keys[0]?.fingerprint, after.keys[1]?.fingerprint, 'BEGIN PUBLIC KEY', 'Signed before'])
    expect(text).toContain(words)

  // What comes after is signed by the new key alone.
  await desk.write('second.yaml', (await readFile(join(desk.folder, 'campaign.yaml'), 'utf8')).replace('spring', 'summer'))
  expect((await desk.run('send', 'second.yaml')).exit).toBe(0)
  expect((await desk.run('verify', 'data')).exit).toBe(0)
  expect((await desk.run('verify', 'data', '--key', after.keys[1]?.key ?? '')).exit).toBe(0)
  const byFormer = await desk.run('verify', 'data', '--key', after.keys[0]?.key ?? '')
  expect(byFormer).toMatchObject({ exit: 0 })
  expect(byFormer.stdout).toContain('The key was changed 1 time; each former key signed for the next')
  expect(byFormer.stdout).toContain(`Signing key (SHA-256): ${after.keys[1]?.fingerprint}`)
  expect((await desk.run('queue', 'check')).exit).toBe(0)
})

it('a passphrase that is wrong or missing sends nothing', async () => {
  await using desk = await openDesk({ settings: 'evidence: { passphraseEnv: PASS }\n', env: { PASS: passphrase } })
  expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
  await desk.write('second.yaml', (await readFile(join(desk.folder, 'campaign.yaml'), 'utf8')).replace('spring', 'summer'))
  const settings = await readFile(join(desk.folder, 'sealpost.yaml'), 'utf8')
  const before = desk.world.mailbox('valid.test').messages.length
  for (const [name, words] of [
    ['evidence: { passphraseEnv: HOME }\n', 'does not open the key'],
    ['', 'nobody was there to ask'],
  ] as const) {
    await desk.write('other.yaml', settings.replace('evidence: { passphraseEnv: PASS }\n', name))
    for (const command of [
      ['send', 'second.yaml'],
      ['key', 'rotate'],
    ]) {
      const refused = await desk.run(...command, '-s', 'other.yaml')
      expect(refused).toMatchObject({ exit: 2 })
      expect(refused.stderr).toContain(words)
    }
  }
  expect(desk.world.mailbox('valid.test').messages).toHaveLength(before)
})

interface Shown {
  readonly encrypted: boolean
  readonly keys: readonly { readonly key: string; readonly since: string | null; readonly fingerprint: string }[]
}
