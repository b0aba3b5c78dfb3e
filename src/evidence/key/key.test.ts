import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  FileStore,
  LogWriter,
  type Verifier,
  checkpointPath,
  makeSigner,
  openCheckpoint,
  printVerifier,
  verifyTiles,
} from '../../tlog/index.ts'
import { integer, octetString, oid, sequence } from './der.ts'
import { encryptPrivateKey } from './encrypt.ts'
import {
  changePassphrase,
  followRotation,
  isKeyEncrypted,
  keyPlace,
  makeFirstKey,
  openSigningKeys,
  readKeyList,
  readRotation,
  readRotations,
  rotateSigningKey,
} from './index.ts'
import { parseKeyList } from './keyList.ts'
import { stateRotation } from './statement.ts'

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(data, { recursive: true })
})

const nobody = { passphrase: async () => undefined }
const saying = (words: string) => ({ passphrase: async () => words })
const good = 'correct horse battery'
const time = Date.UTC(2026, 10, 25)

/** Opens the log as its writer does, adds entries, and gives the keys. */
async function write(count: number, options = nobody) {
  const keys = await openSigningKeys(data, options)
  const log = await LogWriter.open(new FileStore(keyPlace(data).log), {
    origin: keys.origin,
    signers: [keys.signer],
    formerKeys: keys.former,
  })
  for (let n = 0; n < count; n++) log.append(Buffer.from(`{"n":${n}}`))
  await log.commit()
  return keys
}

describe('the key of the evidence', () => {
  it('is made once, for its owner alone, and names the log', async () => {
    const first = await openSigningKeys(data, nobody)
    const again = await openSigningKeys(data, nobody)
    expect(printVerifier(again.signer.verifier)).toBe(printVerifier(first.signer.verifier))
    expect(first.origin).toMatch(/^sealpost\.invalid\/[0-9a-f]{16}$/)
    expect((await stat(keyPlace(data).key)).mode & 0o777).toBe(0o600)
    expect(await readFile(keyPlace(data).list, 'utf8')).toBe(`${printVerifier(first.signer.verifier)}\n`)
  })

  it('is the one that was made before the log began', async () => {
    expect(await makeFirstKey(data, async () => good)).toEqual({ path: keyPlace(data).key, made: true })
    const pem = await readFile(keyPlace(data).key, 'utf8')
    expect(await makeFirstKey(data, async () => 'another one of them')).toMatchObject({ made: false })
    await openSigningKeys(data, saying(good))
    expect(await readFile(keyPlace(data).key, 'utf8')).toBe(pem)
    expect(await isKeyEncrypted(data)).toBe(true)
  })

  it('is encrypted from the start where the settings name a passphrase', async () => {
    await openSigningKeys(data, { ...saying(good), protect: true })
    expect(await isKeyEncrypted(data)).toBe(true)
    await expect(openSigningKeys(data, nobody)).rejects.toMatchObject({ code: 'SP_PASSPHRASE_MISSING' })
  })

  it('bears the name that the settings give the log, for ever', async () => {
    const { origin } = await openSigningKeys(data, { ...nobody, origin: 'log.example/mail' })
    expect(origin).toBe('log.example/mail')
    expect((await openSigningKeys(data, nobody)).origin).toBe(origin)
    expect((await openSigningKeys(data, { ...nobody, origin: 'other.example' })).origin).toBe(origin)
  })

  it('is not made anew beside a log, nor is the list of keys', async () => {
    await write(2)
    const { key, list } = keyPlace(data)
    const kept = await readFile(list)
    await rm(list)
    await expect(openSigningKeys(data, nobody)).rejects.toMatchObject({ code: 'SP_KEY_MISSING', where: list })
    await writeFile(list, kept)
    await rm(key)
    await expect(openSigningKeys(data, nobody)).rejects.toMatchObject({ code: 'SP_KEY_MISSING', where: key })
    expect(await makeFirstKey(data, async () => undefined)).toMatchObject({ made: false })
  })

  it('is refused where others may read it, where it is another one, or none', async () => {
    await write(1)
    const { key } = keyPlace(data)
    for (const mode of [0o640, 0o604, 0o620]) {
      await chmod(key, mode)
      await expect(openSigningKeys(data, nobody)).rejects.toMatchObject({ code: 'SP_KEY_EXPOSED', where: key })
    }
    await chmod(key, 0o600)
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
    const other = generateKeyPairSync('ed25519').privateKey
    for (const content of [
      'secret rubbish',
      'x'.repeat(20_000),
      rsa.export({ format: 'pem', type: 'pkcs8' }),
      other.export({ format: 'pem', type: 'pkcs8' }),
    ]) {
      await writeFile(key, content)
      const error = await openSigningKeys(data, nobody).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'SP_KEY_INVALID' })
      expect(String(error)).not.toContain('rubbish')
    }
    await rm(key)
    await mkdir(key)
    await expect(openSigningKeys(data, nobody)).rejects.toMatchObject({ code: 'SP_KEY_INVALID' })
  })
})

describe('its passphrase', () => {
  it('is set, changed and taken away, and the key stays the same', async () => {
    const before = printVerifier((await write(1)).signer.verifier)
    const { key } = keyPlace(data)
    await changePassphrase(data, nobody.passphrase, good)
    expect(await readFile(key, 'utf8')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/)
    expect((await stat(key)).mode & 0o777).toBe(0o600)
    await changePassphrase(data, saying(good).passphrase, 'Straße mit ü 8')
    expect(printVerifier((await openSigningKeys(data, saying('Straße mit ü 8'))).signer.verifier)).toBe(before)
    await changePassphrase(data, saying('Straße mit ü 8').passphrase, undefined)
    expect(printVerifier((await openSigningKeys(data, nobody)).signer.verifier)).toBe(before)
  })

  it('that is wrong says so, quotes nothing and changes nothing', async () => {
    await openSigningKeys(data, { ...saying(good), protect: true })
    const pem = await readFile(keyPlace(data).key, 'utf8')
    for (const wrong of ['wrong horse battery', '']) {
      const error = await openSigningKeys(data, saying(wrong)).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'SP_PASSPHRASE_WRONG', cause: undefined })
      expect(String(error)).not.toMatch(/horse|decrypt/)
      await expect(changePassphrase(data, saying(wrong).passphrase, undefined)).rejects.toMatchObject({
        code: 'SP_PASSPHRASE_WRONG',
      })
    }
    expect(await readFile(keyPlace(data).key, 'utf8')).toBe(pem)
  })

  it.each(['short', '7 signs', 'two\nlines here', 'x'.repeat(1024), 'half \ud800 a letter', 'nul \0 octet'])(
    'is not %j',
    async (words) => {
      const error = await makeFirstKey(data, async () => words).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'SP_PASSPHRASE_INVALID' })
      expect(String(error)).not.toContain(words)
      expect(await readdir(data)).toEqual([])
    },
  )

  it('hides the key under a salt and a vector of its own each time', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const [one, two] = [encryptPrivateKey(privateKey, good), encryptPrivateKey(privateKey, good)]
    expect(one).not.toBe(two)
    for (const pem of [one, two]) {
      expect(createPrivateKey({ key: pem, passphrase: good }).equals(privateKey)).toBe(true)
      expect(pem.split('\n').every((line) => line.length <= 64)).toBe(true)
    }
  })
})

it('writes DER as short as can be', () => {
  expect(integer(0).toString('hex')).toBe('020100')
  expect(integer(0x80).toString('hex')).toBe('02020080')
  expect(integer(16_384).toString('hex')).toBe('02024000')
  expect(oid(1, 2, 840, 113549, 1, 5, 13).toString('hex')).toBe('06092a864886f70d01050d')
  expect(octetString(Buffer.alloc(0x80)).toString('hex', 0, 3)).toBe('048180')
  expect(sequence(octetString(Buffer.alloc(0x100))).toString('hex', 0, 8)).toBe('3082010404820100')
  expect(() => integer(-1)).toThrow(RangeError)
  expect(() => octetString(Buffer.alloc(0x10000))).toThrow(RangeError)
})

describe('a rotation', () => {
  it('is told in the log by the old key, signed by both, and the new one goes on', async () => {
    const { signer, origin } = await write(3)
    const done = await rotateSigningKey(data, { ...nobody, time })
    expect(done).toMatchObject({ leaf: 3, checkpoint: { size: 4, root: expect.stringMatching(/^[0-9a-f]{64}$/) } })
    const place = keyPlace(data)
    const checkpoint = (await new FileStore(place.log).read(checkpointPath)) ?? Buffer.of()
    for (const key of [signer.verifier, done.to])
      expect(openCheckpoint(checkpoint, { origin, logKeys: [key] })).toMatchObject({ kind: 'opened' })
    const after = await write(2)
    expect(printVerifier(after.signer.verifier)).toBe(printVerifier(done.to))
    expect(after.former.map(printVerifier)).toEqual([printVerifier(signer.verifier)])
    expect(await readRotations(place)).toEqual([3])
    expect(await readdir(join(data, 'keys'))).toEqual(['evidence.pem'])
    expect(await verifyTiles(new FileStore(place.log), { origin, logKeys: [done.to] })).toMatchObject({
      kind: 'intact',
      checkpoint: { size: 6 },
    })
    expect(await follow(signer.verifier)).toBe(printVerifier(done.to))
  })

  it('can be done again and again, also before the first entry, and under a passphrase', async () => {
    const { signer } = await openSigningKeys(data, { ...saying(good), protect: true })
    for (const leaf of [0, 1]) expect(await rotateSigningKey(data, { ...saying(good), time })).toMatchObject({ leaf })
    expect(await isKeyEncrypted(data)).toBe(true)
    const list = await readKeyList(keyPlace(data).list)
    expect(list).toHaveLength(3)
    expect(await follow(signer.verifier)).toBe(printVerifier((await openSigningKeys(data, saying(good))).signer.verifier))
  })

  it('is refused on a log that was cut back', async () => {
    await write(2)
    const held = { size: 9, root: '00'.repeat(32) }
    await expect(rotateSigningKey(data, { ...nobody, time, held })).rejects.toMatchObject({ code: 'SP_LOG_DAMAGED' })
    expect((await openSigningKeys(data, nobody)).former).toEqual([])
  })

  /** What a kill leaves: the files of before with those of after that were written by then. */
  const kills: readonly (readonly [string, readonly string[], boolean])[] = [
    ['before anything', [], false],
    ['after the new key was written', ['next'], false],
    ['after tiles were written, before the checkpoint', ['next', 'tile'], false],
    ['after the checkpoint was signed', ['next', 'tile', 'checkpoint'], true],
    ['after the leaf was noted', ['next', 'tile', 'checkpoint', 'rotations'], true],
    ['after the list was written', ['next', 'tile', 'checkpoint', 'rotations', 'keys'], true],
    ['after the key took its place', ['pem', 'tile', 'checkpoint', 'rotations', 'keys'], true],
  ]
  it.each(kills)('killed %s leaves one log that goes on and verifies', async (_, written, told) => {
    const { signer, origin } = await write(300)
    const before = `${data}.before`
    const after = `${data}.after`
    await cp(data, before, { recursive: true })
    const { to } = await rotateSigningKey(data, { ...nobody, time })
    await cp(data, after, { recursive: true })
    await rm(data, { recursive: true })
    await cp(before, data, { recursive: true })
    for (const name of written) {
      const [from, into] =
        name === 'next'
          ? ['keys/evidence.pem', 'keys/evidence.next.pem']
          : name === 'pem'
            ? ['keys/evidence.pem', 'keys/evidence.pem']
            : [`evidence/${name}`, `evidence/${name}`]
      await cp(join(after, from), join(data, into), { recursive: true, force: true })
    }
    for (const folder of [before, after]) await rm(folder, { recursive: true })

    // Both who know the old key alone and who know the new one alone find the last checkpoint signed, where it is told.
    const checkpoint = (await new FileStore(keyPlace(data).log).read(checkpointPath)) ?? Buffer.of()
    for (const key of told ? [signer.verifier, to] : [signer.verifier])
      expect(openCheckpoint(checkpoint, { origin, logKeys: [key] })).toMatchObject({ kind: 'opened' })

    const goes = await write(1)
    expect(printVerifier(goes.signer.verifier)).toBe(printVerifier(told ? to : signer.verifier))
    expect(await readRotations(keyPlace(data))).toEqual(told ? [300] : [])
    expect(await readKeyList(keyPlace(data).list)).toHaveLength(told ? 2 : 1)
    expect(await readdir(join(data, 'keys'))).toEqual(['evidence.pem'])
    const size = told ? 302 : 301
    const trust = { origin, logKeys: [goes.signer.verifier] }
    expect(await verifyTiles(new FileStore(keyPlace(data).log), trust)).toMatchObject({ kind: 'intact', checkpoint: { size } })
    expect(await follow(signer.verifier)).toBe(printVerifier(goes.signer.verifier))
    // And once more, from where it stands now.
    await rotateSigningKey(data, { ...nobody, time })
    expect((await readKeyList(keyPlace(data).list))?.length).toBe(told ? 3 : 2)
  })

  it('goes back to no former key that was put in place again', async () => {
    await write(1)
    const old = await readFile(keyPlace(data).key)
    await rotateSigningKey(data, { ...nobody, time })
    await writeFile(keyPlace(data).key, old)
    await expect(openSigningKeys(data, nobody)).rejects.toMatchObject({
      code: 'SP_KEY_INVALID',
      what: expect.stringContaining('was rotated since'),
    })
  })

  it('is not believed of a key beside the log that the log does not tell of', async () => {
    const { signer } = await write(1)
    const planted = generateKeyPairSync('ed25519').privateKey
    await writeFile(keyPlace(data).next, planted.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
    expect(printVerifier((await openSigningKeys(data, nobody)).signer.verifier)).toBe(printVerifier(signer.verifier))
  })

  it('is followed only by the word of the former key, on this log, as it was said', async () => {
    const [from, to, third] = ['a.example', 'a.example', 'b.example'].map((name) =>
      makeSigner(name, 'note', generateKeyPairSync('ed25519').privateKey),
    )
    if (!from || !to || !third) throw new Error('three keys')
    const rotation = stateRotation(from, to.verifier)
    expect(followRotation(from.verifier, rotation)).toMatchObject({ id: to.verifier.id })
    expect(followRotation(to.verifier, rotation)).toBeUndefined()
    expect(followRotation(from.verifier, { ...rotation, to: printVerifier(from.verifier) })).toBeUndefined()
    expect(followRotation(from.verifier, { ...rotation, signature: stateRotation(to, to.verifier).signature })).toBeUndefined()
    expect(followRotation(from.verifier, stateRotation(from, third.verifier))).toBeUndefined()
    expect(followRotation(from.verifier, { ...rotation, signature: `${rotation.signature}=` })).toBeUndefined()
    const cosigner = makeSigner('a.example', 'cosignature', generateKeyPairSync('ed25519').privateKey)
    expect(followRotation(from.verifier, stateRotation(from, cosigner.verifier))).toBeUndefined()
  })
})

describe('the list of keys', () => {
  const key = (name: string, type: 'note' | 'cosignature' = 'note') =>
    printVerifier(makeSigner(name, type, generateKeyPairSync('ed25519').privateKey).verifier)
  const [one, two] = [key('a.example'), key('a.example')]

  it('is read as it is written', () => {
    expect(parseKeyList(`${one}\n${two}\n`, 'keys').map(printVerifier)).toEqual([one, two])
  })

  it.each([
    ['nothing', ''],
    ['an empty line', `${one}\n\n${two}\n`],
    ['a key twice', `${one}\n${one}\n`],
    ['a key of another log', `${one}\n${key('b.example')}\n`],
    ['a cosigner', `${key('a.example', 'cosignature')}\n`],
    ['an end without a key', `${one}\n${two}\n\n`],
    ['more than there can be', `${one}\n`.repeat(5_000)],
  ])('refuses %s', (_, text) => {
    expect(() => parseKeyList(text, 'keys')).toThrow(expect.objectContaining({ code: 'SP_KEY_INVALID' }))
  })

  it('refuses any other text, without an exception of another kind', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `${one}\n${text}`),
        ),
        (text) => {
          try {
            parseKeyList(text, 'keys')
          } catch (error) {
            expect(error).toMatchObject({ code: 'SP_KEY_INVALID' })
          }
        },
      ),
    )
  })
})

/** From one key to the one that signs, by what the log tells alone. */
async function follow(from: Verifier): Promise<string> {
  const log = new FileStore(keyPlace(data).log)
  let at = from
  for (const bundle of ['tile/entries/000', 'tile/entries/001']) {
    const names = await log.list(`${bundle}.p`)
    const octets = (await log.read(names.length > 0 ? `${bundle}.p/${Math.max(...names.map(Number))}` : bundle)) ?? Buffer.of()
    // Each entry stands behind its length in two octets.
    for (let place = 0; place < octets.length;) {
      const length = Buffer.from(octets).readUInt16BE(place)
      const told = readRotation(octets.subarray(place + 2, place + 2 + length))
      if (told) at = followRotation(at, told.detail) ?? at
      place += 2 + length
    }
  }
  expect(createPublicKey(at.key.export({ format: 'pem', type: 'spki' })).asymmetricKeyType).toBe('ed25519')
  return printVerifier(at)
}
