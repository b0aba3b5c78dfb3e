/** `sealpost dkim` as a person runs it, against a DNS server of the mail world. */
import { mkdir, readFile, readdir, stat, symlink } from 'node:fs/promises'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { printKeyRecord } from '../../../src/dkim/index.ts'
import { type DnsServer, type Zone, startDnsServer } from '../../../src/world/index.ts'
import { type Desk, openDesk } from '../../support/cli.ts'

let desk: Desk
let dns: DnsServer
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(async () => {
  await desk[Symbol.asyncDispose]()
})

const make = async (selector: string, ...more: readonly string[]) =>
  desk.run('dkim', 'new', '--domain', 'example.test', '--selector', selector, '--out', 'keys', ...more)

const fileOf = (selector: string): string => join('keys', `${selector}._domainkey.example.test.pem`)

async function recordOf(selector: string): Promise<string> {
  const key = createPrivateKey(await readFile(join(desk.folder, fileOf(selector)), 'utf8'))
  return printKeyRecord({ domain: 'example.test', selector, key }).text
}

describe('sealpost dkim new', () => {
  it('writes a key that its owner alone may read, and prints what to publish', async () => {
    const { exit, stdout } = await make('s1')
    expect(exit).toBe(0)
    const record = await recordOf('s1')
    expect(record).toMatch(/^v=DKIM1; k=rsa; p=/)
    expect(stdout).toContain(`value  ${record}\n`)
    expect(stdout).toContain('name   s1._domainkey.example.test\n')
    expect(stdout).toMatch(/^ {2}s1\._domainkey\.example\.test\. 3600 IN TXT \( "v=DKIM1; [^"]{246}" "[^"]+" \)$/m)
    expect(stdout).not.toContain('PRIVATE')
    const { mode } = await stat(join(desk.folder, fileOf('s1')))
    expect(mode & 0o777).toBe(0o600)
  })

  it('never overwrites, also where one of two is there, or a link that leads nowhere', async () => {
    await make('s2', '--type', 'ed25519')
    const before = await readFile(join(desk.folder, fileOf('s2')), 'utf8')
    expect(await make('s2', '--type', 'both')).toMatchObject({
      exit: 2,
      stdout: '',
      stderr: expect.stringContaining('already there'),
    })
    expect(await readFile(join(desk.folder, fileOf('s2')), 'utf8')).toBe(before)
    expect(await readdir(join(desk.folder, 'keys'))).not.toContain('s2-ed25519._domainkey.example.test.pem')
    await symlink('nowhere', join(desk.folder, fileOf('s3')))
    expect(await make('s3')).toMatchObject({ exit: 2, stdout: '' })
    expect(await readdir(join(desk.folder, 'keys'))).not.toContain('nowhere')
  })

  it('makes two keys under two selectors, and says so as JSON', async () => {
    const { stdout } = await make('s4', '--type', 'both', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'sealpost/dkim-new@1',
      keys: [
        { type: 'rsa', selector: 's4', record: { type: 'TXT', text: await recordOf('s4') } },
        { type: 'ed25519', selector: 's4-ed25519', record: { text: await recordOf('s4-ed25519') } },
      ],
    })
    expect(stdout).not.toContain('PRIVATE')
  })

  it.each<[string, readonly string[], RegExp]>([
    ['no selector', ['--domain', 'example.test'], /--selector/],
    ['a selector that breaks out', ['--domain', 'example.test', '--selector', '../s'], /no selector/],
    ['a selector with a semicolon', ['--domain', 'example.test', '--selector', 's;p='], /no selector/],
    ['a domain that breaks out', ['--domain', '../../etc', '--selector', 's'], /no domain/],
    ['a type that is none', ['--domain', 'example.test', '--selector', 's', '--type', 'dsa'], /dsa/],
    ['a folder that is a file', ['--domain', 'example.test', '--selector', 's', '--out', 'list.csv'], /list\.csv/],
  ])('%s: one message, exit 2', async (_, words, what) => {
    const { exit, stdout, stderr } = await desk.run('dkim', 'new', ...words)
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
    expect(stderr).toMatch(what)
  })
})

describe('sealpost dkim check', () => {
  beforeAll(async () => {
    await make('c1', '--type', 'both')
    const [rsa, ed] = [await recordOf('c1'), await recordOf('c1-ed25519')]
    const at = (selector: string, ...TXT: readonly string[]): Zone => ({ [`${selector}._domainkey.example.test`]: { TXT } })
    dns = await startDnsServer({
      ...at('c1', rsa),
      ...at('c1-ed25519', ed),
      ...at('testing', `v=DKIM1; t=y; ${rsa.slice(rsa.indexOf('k='))}`),
      ...at('other', ed),
      ...at('parts', rsa.slice(0, 255), rsa.slice(255)),
      ...at('cut', rsa.slice(0, 255)),
      ...at('gone', 'v=DKIM1; p='),
      ...at('hostile', 'v=DKIM1; p=\u001b[31m\u0007'),
      'fails._domainkey.example.test': 'SERVFAIL',
    })
    await desk.write('dns.yaml', `dns: { servers: ["${dns.host}:${dns.port}"], timeout: 2s, tries: 1 }\n`)
  })
  afterAll(async () => {
    await dns[Symbol.asyncDispose]()
  })

  const check = async (selector: string, ...more: readonly string[]) =>
    desk.run(
      'dkim',
      'check',
      '--settings',
      'dns.yaml',
      '--domain',
      'example.test',
      '--selector',
      selector,
      '--key',
      fileOf('c1'),
      ...more,
    )

  it.each<[string, number, RegExp]>([
    ['c1', 0, /^c1\._domainkey\.example\.test: published, and it is the key \(RSA, 2048 bits\)\n$/],
    ['testing', 1, /it is the key.*\n {2}t=y is set/],
    ['other', 1, /another key is published \(Ed25519; yours is RSA, 2048 bits\)\n.*\n {2}v=DKIM1; k=rsa; p=/],
    ['parts', 1, /2 TXT records are there/],
    ['cut', 1, /p= was cut off/],
    ['gone', 1, /withdrawn/],
    ['nothing', 1, /nothing is published there/],
    ['fails', 3, /no answer for now/],
  ])('%s: exit %i', async (selector, exit, words) => {
    const ran = await check(selector)
    expect(ran.stdout).toMatch(words)
    expect(ran).toMatchObject({ exit, stderr: '' })
  })

  it('shows nothing that a terminal would obey', async () => {
    const { exit, stdout } = await check('hostile')
    expect(exit).toBe(1)
    expect(stdout).toContain('\\x1b[31m')
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })

  it('says the same as JSON, and nothing of the key', async () => {
    const { exit, stdout } = await check('other', '--json')
    expect(JSON.parse(stdout)).toEqual({
      schema: 'sealpost/dkim-check@1',
      domain: 'example.test',
      selector: 'other',
      record: 'other._domainkey.example.test',
      result: { kind: 'differs', own: { type: 'rsa', bits: 2_048 }, published: { type: 'ed25519', bits: 256 }, weak: false },
      words: expect.stringContaining('another key'),
      notes: [],
      expected: await recordOf('c1'),
    })
    expect(exit).toBe(1)
  })

  it('refuses a key that is too short, and a file that is no key, and quotes neither; exit 2', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
    await mkdir(join(desk.folder, 'keys'), { recursive: true })
    await desk.write(fileOf('weak'), weak)
    await desk.write(fileOf('none'), 'a secret that is no key')
    for (const [selector, what] of [
      ['weak', /1024 bits/],
      ['none', /no private key/],
      ['missing', /does not exist/],
    ] as const) {
      const ran = await desk.run('dkim', 'check', '-d', 'example.test', '--selector', 'x', '-k', fileOf(selector))
      expect(ran).toMatchObject({ exit: 2, stdout: '' })
      expect(ran.stderr).toMatch(what)
      expect(ran.stderr).not.toMatch(/a secret|PRIVATE/)
    }
  })
})
