/** What an erasure begins with: the evidence, which says that it was done. Where that cannot be written, nothing is begun. */
import { createPublicKey, generateKeyPairSync, hash, sign } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, vi } from 'vitest'
import { SqliteSuppressionList } from '../../../src/store/index.ts'
import { openDesk } from '../../support/cli.ts'
import { readActs } from '../../support/readLog.ts'
import { searchFolder } from '../../support/traces.ts'

vi.setConfig({ testTimeout: 120_000 })

const ada = 'Zephyrine.Quillfeather@valid.test'
const recipients = [ada, 'bob@valid.test']

it('without the passphrase of the key nothing is changed, and with it the same command does it all', async () => {
  await using desk = await openDesk({
    recipients,
    env: { PASSPHRASE: 'correct horse battery' },
    settings: 'evidence: { passphraseEnv: PASSPHRASE }\n',
  })
  const data = join(desk.folder, 'data')
  expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
  expect((await desk.run('suppression', 'add', ada)).exit).toBe(0)
  await desk.write('wrong.txt', 'another horse battery\n')
  const settings = await readFile(join(desk.folder, 'sealpost.yaml'), 'utf8')
  for (const [line, said] of [
    ['evidence: {}', 'nobody was there to ask for its passphrase'],
    ['evidence: { passphraseEnv: ABSENT }', 'ABSENT is not set'],
    ['evidence: { passphraseFile: ./wrong.txt }', 'does not open'],
  ] as const) {
    await desk.write('other.yaml', settings.replace(/^evidence:.*$/m, line))
    const { exit, stdout, stderr } = await desk.run('erase', ada, '--yes', '--settings', 'other.yaml')
    expect({ exit, stdout }, stderr).toEqual({ exit: 2, stdout: '' })
    expect(stderr).toContain(said)
    expect(stderr).toContain('Nothing was erased')
    using list = SqliteSuppressionList.open(data)
    expect(list.findErased([ada.toLowerCase()]).size).toBe(0)
    expect(list.countOf([ada.toLowerCase()])).toBe(1)
  }
  expect(await readActs(data, 'erased')).toEqual([])
  const done = await desk.run('erase', ada, '--yes')
  expect(done, done.stderr).toMatchObject({ exit: 0 })
  expect(await searchFolder(data, [ada, 'Quillfeather'])).toEqual([])
  expect((await desk.run('verify', 'data')).exit).toBe(0)
})

it('of the former format, and a queue of an older version, are taken over on the way', async () => {
  await using desk = await openDesk({ recipients })
  const data = join(desk.folder, 'data')
  expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
  const held = await writeFormer(data)
  {
    using queue = new DatabaseSync(join(data, 'queue.db'))
    queue.prepare('UPDATE evidence SET size = ?, root = ?').run(held.size, held.root)
    queue.exec('UPDATE delivery SET leaf = NULL')
    // As it was before the last step of the schema.
    queue.exec('ALTER TABLE delivery DROP COLUMN begun_at; PRAGMA user_version = 4')
  }
  const done = await desk.run('erase', ada, '--yes')
  expect(done, done.stderr).toMatchObject({ exit: 0, stdout: expect.stringContaining('1 message') as string })
  expect(existsSync(join(data, 'evidence', 'log.jsonl'))).toBe(false)
  // The copy that was kept of the older queue is searched as well.
  expect(existsSync(join(data, 'queue.db.version4'))).toBe(true)
  expect((await readActs(data)).map(({ act }) => act)).toEqual(['former-log', 'erased'])
  expect(await searchFolder(data, [ada, 'Quillfeather'])).toEqual([])
  expect((await desk.run('verify', 'data')).exit).toBe(0)
  expect((await desk.run('queue', 'check')).stdout).toContain('SOUND')
})

/** In the place of the log one of the former format, which names no person. */
async function writeFormer(data: string): Promise<{ readonly size: number; readonly root: string }> {
  for (const name of ['evidence', 'keys/evidence.pem', 'openings.db', 'openings.db-wal', 'openings.db-shm'])
    await rm(join(data, name), { recursive: true, force: true })
  const { privateKey } = generateKeyPairSync('ed25519')
  const line = `{"entry":{"act":"campaign-started","kind":"act"},"prev":"${'0'.repeat(64)}","seq":0}`
  const root = hash('sha256', `sealpost evidence v1 line\n${line}`, 'hex')
  const checkpoint = `{"head":"${root}","size":1,"time":"2026-01-01T00:00:00.000Z"}`
  const signature = sign(null, Buffer.from(`sealpost evidence v1 checkpoint\n${checkpoint}`), privateKey).toString('base64')
  const folder = join(data, 'evidence')
  await mkdir(folder)
  await writeFile(join(folder, 'log.jsonl'), `${line}\n{"checkpoint":${checkpoint},"signature":"${signature}"}\n`)
  await writeFile(join(folder, 'private.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  await writeFile(join(folder, 'public.pem'), createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }))
  return { size: 1, root }
}
