import { execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { changePassphrase, describeKeys, makeFirstKey, rotateSigningKey } from '../../src/evidence/index.ts'

const passphrase = 'Straße: correct horse'
let data: string
let key: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'sealpost-'))
  key = join(data, 'keys/evidence.pem')
})
afterEach(async () => {
  await rm(data, { recursive: true })
})

function openssl(...words: readonly string[]): string {
  return execFileSync('openssl', words, { encoding: 'utf8', env: { ...process.env, PASS: passphrase }, stdio: 'pipe' })
}

it('openssl opens a key that was encrypted here, and no other passphrase does', async () => {
  await makeFirstKey(data, async () => undefined)
  const open = openssl('pkey', '-in', key, '-pubout')
  await changePassphrase(data, async () => undefined, passphrase)
  expect(openssl('pkey', '-in', key, '-passin', 'env:PASS', '-pubout')).toBe(open)
  expect(() => openssl('pkey', '-in', key, '-passin', 'pass:wrong horse', '-pubout')).toThrow(/pass/i)
  const parts = openssl('asn1parse', '-in', key)
  for (const part of ['PBES2', 'scrypt', 'aes-256-cbc', 'INTEGER           :4000', 'INTEGER           :08'])
    expect(parts).toContain(part)
})

it.each([
  ['scrypt', ['-scrypt']],
  ['PBKDF2', ['-v2', 'aes-256-cbc']],
])('a key that openssl made and encrypted by %s signs here, and is rotated', async (_, how) => {
  await mkdir(join(data, 'keys'))
  const plain = join(data, 'plain.pem')
  openssl('genpkey', '-algorithm', 'ed25519', '-out', plain)
  openssl('pkcs8', '-topk8', ...how, '-passout', 'env:PASS', '-in', plain, '-out', key)
  const pub = createPublicKey(await readFile(plain)).export({ format: 'pem', type: 'spki' })
  await rotateSigningKey(data, { passphrase: async () => passphrase, time: 0 })
  const described = await describeKeys(data)
  expect(described?.keys.map(({ pem, since }) => [pem, since])).toEqual([
    [pub, '1970-01-01T00:00:00.000Z'],
    [openssl('pkey', '-in', key, '-passin', 'env:PASS', '-pubout'), '1970-01-01T00:00:00.000Z'],
  ])
  expect(described?.encrypted).toBe(true)
})

it('a statement of rotation verifies under openssl, from its words alone', async () => {
  const { from, to } = await rotateSigningKey(data, { passphrase: async () => undefined, time: 0 })
  const described = await describeKeys(data)
  const entry = (await readFile(join(data, 'evidence/tile/entries/000.p/1'))).subarray(2)
  const { detail } = JSON.parse(String(entry)) as { detail: { from: string; to: string; signature: string } }
  expect([from.id, to.id]).toEqual([detail.from.split('+')[1], detail.to.split('+')[1]])
  await writeFile(join(data, 'text'), `sealpost key rotation\n${described?.origin}\n${detail.to}\n`)
  await writeFile(join(data, 'signature'), Buffer.from(detail.signature, 'base64'))
  await writeFile(join(data, 'public.pem'), described?.keys[0]?.pem ?? '')
  const words = ['-verify', '-rawin', '-in', join(data, 'text'), '-sigfile', join(data, 'signature')]
  expect(openssl('pkeyutl', ...words, '-pubin', '-inkey', join(data, 'public.pem'))).toContain('Verified Successfully')
})

it('at a terminal, passphrases are asked for and never shown', async () => {
  const bin = fileURLToPath(new URL('../../bin/sealpost.js', import.meta.url))
  const script = fileURLToPath(new URL('terminal.py', import.meta.url))
  const [first, second] = ['Straße: correct horse', 'another horse battery']
  const run = (words: readonly string[], ...answers: readonly string[]) =>
    execFileSync('python3', [script, process.execPath, bin, ...words, '--', ...answers], { cwd: data, encoding: 'utf8' })
  const settings = ['-s', 'new/sealpost.yaml']
  const shown = [
    run(['init', 'new', '--passphrase'], 'New passphrase', first, 'once more', first),
    run(['key', 'passphrase', ...settings], 'Passphrase of', first, 'New passphrase', second, 'once more', second),
    run(['key', 'rotate', ...settings], 'Passphrase of', second),
  ].join('')
  expect(shown).toContain('signed by a new key')
  expect(shown).not.toContain('horse')
  const made = join(data, 'new/sealpost-data/keys/evidence.pem')
  expect(openssl('pkey', '-in', made, '-passin', `pass:${second}`, '-pubout')).toContain('BEGIN PUBLIC KEY')
  expect(() => run(['key', 'rotate', ...settings], 'Passphrase of', first)).toThrow()
})
