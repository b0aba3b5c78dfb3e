import { chmod, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDesk } from '../../support/cli.ts'

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
