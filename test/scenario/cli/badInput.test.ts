/** Bad input gets one message that names file, line and what to do, exit 2, and leaves nothing half-written. */
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from '../../support/cli.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk({ recipients: ['ada@valid.test', 'eve@plain.test'] })
})
afterAll(async () => {
  await desk[Symbol.asyncDispose]()
})

const campaign = 'name: bad\nlist: ./list.csv\nfrom: news@shop.example\nsubject: Hi\ntext: ./message.txt\n'

async function refused(words: readonly string[], where: RegExp | string, what: RegExp | string): Promise<void> {
  const { exit, stdout, stderr } = await desk.run(...words)
  expect(stderr).toMatch(where)
  expect(stderr).toMatch(what)
  expect(stderr.trimEnd().split('\n')).toHaveLength(2)
  expect(stderr).not.toMatch(/\n\s+at /)
  expect(stdout).toBe('')
  expect(exit).toBe(2)
}

describe('a list', () => {
  it.each([
    ['empty', '', /bad\.csv: /, /empty/],
    ['with a header and no row', 'email,name\n', /bad\.csv:1: /, /no row/],
    ['without a column of addresses', 'town,name\nParis,Ada\n', /bad\.csv:1: /, /column of addresses|addresses/],
    ['with a quote that is never closed', 'email,name\na@x.test,"Ada\nb@x.test,Bob\n', /bad\.csv:2: /, /quote/],
    ['half latin-1', Buffer.from('email,name\na@x.test,J\xf6rg\nb@x.test,J\xc3\xb6rg\n', 'latin1'), /bad\.csv:2: /, /UTF-8/],
    ['with nobody to write to', 'email,name\nnonsense,Ada\n', /bad\.csv: /, /no recipient/],
    ['with two columns of one name', 'email,name,name\na@x.test,b,c\n', /bad\.csv:1: /, /name/],
  ])('%s', async (_, content, where, what) => {
    await desk.write('bad.csv', content)
    await desk.write('bad.yaml', campaign.replace('list.csv', 'bad.csv'))
    await refused(['send', 'bad.yaml'], where, what)
    expect(existsSync(join(desk.folder, 'data'))).toBe(false)
  })

  it.each([
    ['a byte-order mark', '\ufeffemail,name\na@valid.test,Ada\n'],
    ['CRLF', 'email,name\r\na@valid.test,Ada\r\n'],
    ['semicolons', 'Name;E-Mail\nAda;a@valid.test\n'],
    [
      '200 columns',
      `email,name,${Array.from({ length: 198 }, (_, index) => `c${index}`).join(',')}\na@valid.test,Ada${',x'.repeat(198)}\n`,
    ],
    ['quotes and UTF-8', 'email,name\n"Ada <a@valid.test>","王芳, ""x"""\n'],
  ])('with %s is fine', async (_, content) => {
    await desk.write('good.csv', content)
    await desk.write(
      'good.yaml',
      campaign.replace('list.csv', 'good.csv').replace('subject: Hi', 'subject: Hi').replace('./message.txt', './plain.txt'),
    )
    await desk.write('plain.txt', 'Hello {{ email }}\n')
    const { exit, stdout } = await desk.run('send', 'good.yaml', '--dry-run')
    expect(stdout).toContain('list: 1 recipient,')
    expect(exit).toBe(0)
  })
})

describe('a campaign file', () => {
  it.each([
    ['missing', undefined, /bad\.yaml: /, /does not exist/],
    ['empty', '', /bad\.yaml: /, /empty/],
    ['no YAML', 'name: "x\nlist: y\n', /bad\.yaml:\d+: /, /./],
    ['with an unknown entry', `${campaign}levell: valid\n`, /bad\.yaml:6: /, /level/],
    ['with a wrong level', `${campaign}level: high\n`, /bad\.yaml:6: /, /opportunistic/],
    ['with a path for a name', campaign.replace('name: bad', 'name: ../x'), /bad\.yaml:1: /, /name/],
    ['with two senders', campaign.replace('news@shop.example', '"A <a@b.example>, C <c@d.example>"'), /bad\.yaml:3: /, /address/],
    [
      'with a password in it',
      `${campaign}route: { relay: r.test, auth: { user: u, password: hunter2 } }\n`,
      /bad\.yaml:6: /,
      /password/,
    ],
    ['with an undefined variable', campaign.replace('subject: Hi', 'subject: "Hi {{ nmae }}"'), /bad\.yaml:4: /, /nmae.*name/],
    [
      'whose password is not set',
      `${campaign}route: { relay: r.test, auth: { user: u, passwordEnv: NOT_SET_HERE } }\n`,
      /bad\.yaml:6: /,
      /NOT_SET_HERE/,
    ],
  ])('%s', async (_, content, where, what) => {
    await rm(join(desk.folder, 'bad.yaml'), { force: true })
    if (content !== undefined) await desk.write('bad.yaml', content)
    for (const flag of [[], ['--dry-run']]) await refused(['send', 'bad.yaml', ...flag], where, what)
    expect(existsSync(join(desk.folder, 'data'))).toBe(false)
  })
})

describe('settings', () => {
  it.each([
    ['with an unknown entry', 'dlivery: {}\n', /s\.yaml:1: /, /delivery/],
    ['with a wrong type', 'network: { port: many }\n', /s\.yaml:1: /, /port/],
    ['with an unreadable certificate', 'tls: { ca: ./garbage.pem }\n', /garbage\.pem|s\.yaml:1/, /certificate/i],
    ['whose data folder is below a file', 'data: ./list.csv/data\n', /list\.csv/, /./],
    ['whose data folder cannot be made', 'data: /proc/sealpost\n', /\/proc\/sealpost/, /./],
  ])('%s', async (_, content, where, what) => {
    await desk.write('garbage.pem', 'no certificate')
    await desk.write('s.yaml', content)
    await refused(['send', 'campaign.yaml', '--settings', 's.yaml'], where, what)
  })
})

describe('a data folder', () => {
  it('of a newer version is left alone', async () => {
    await using other = await openDesk()
    await other.run('send', 'campaign.yaml')
    const database = new DatabaseSync(join(other.folder, 'data', 'queue.db'))
    database.exec('PRAGMA user_version = 99')
    database.close()
    expect(await other.run('send', 'campaign.yaml')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('newer version') as string,
    })
  })

  it('whose log was changed is refused, and verify says where', async () => {
    await using other = await openDesk()
    await other.run('send', 'campaign.yaml')
    const path = join(other.folder, 'data', 'evidence', 'checkpoint')
    const [size] = (await readFile(path, 'utf8')).split('\n').slice(1)
    const bundle = join(other.folder, 'data', 'evidence', 'tile', 'entries', '000.p', size ?? '')
    const octets = await readFile(bundle)
    octets.writeUInt8(octets.readUInt8(40) ^ 1, 40)
    await writeFile(bundle, octets)
    expect(await other.run('verify', 'data')).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining('NOT VERIFIED: An entry was changed after it was written. (entry-wrong)') as string,
    })
    expect(await other.run('send', 'campaign.yaml')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('is damaged') as string,
    })
    expect(await other.run('report', 'data')).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining('does NOT verify') as string,
    })
  })

  it('whose log was cut back, or whose queue was emptied, is refused', async () => {
    await using other = await openDesk()
    await other.run('send', 'campaign.yaml')
    const evidence = join(other.folder, 'data', 'evidence')
    await rename(evidence, join(other.folder, 'whole'))
    await mkdir(evidence)
    await copyFile(join(other.folder, 'whole', 'keys'), join(evidence, 'keys'))
    expect(await other.run('verify', 'data')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('no evidence log') as string,
    })
    expect(await other.run('send', 'campaign.yaml')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('its checkpoint is missing') as string,
    })
    expect(await other.run('report', 'data')).toMatchObject({ exit: 1 })
    await rm(evidence, { recursive: true })
    await rename(join(other.folder, 'whole'), evidence)
    for (const name of ['queue.db', 'queue.db-wal', 'queue.db-shm']) await rm(join(other.folder, 'data', name), { force: true })
    expect(await other.run('send', 'campaign.yaml')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('The queue is empty') as string,
    })
    expect(other.world.received().total).toBe(1)
  })

  it('that lost its key keeps its log', async () => {
    await using other = await openDesk()
    await other.run('send', 'campaign.yaml')
    await rm(join(other.folder, 'data', 'keys', 'evidence.pem'))
    expect(await other.run('send', 'campaign.yaml')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('evidence.pem') as string,
    })
    expect(await other.run('verify', 'data')).toMatchObject({ exit: 0 })
  })

  it('of a campaign that was changed says what changed', async () => {
    await using other = await openDesk()
    await other.run('send', 'campaign.yaml')
    await other.write('list.csv', 'email,name\nada@valid.test,ada\nbob@valid.test,bob\n')
    expect(await other.run('send', 'campaign.yaml')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('(list)') as string,
    })
  })
})

describe('check', () => {
  it.each(['foo bar', 'ftp://example.org', '192.0.2.1', 'smtp://example.org:99999', '', 'a'.repeat(300)])(
    'refuses %j',
    async (target) => {
      await refused(['check', target], /sealpost: /, /Name a domain|--help/)
    },
  )

  it('repeats no password that was typed into a target', async () => {
    const { stderr } = await desk.run('check', 'smtp://user:hunter2@example.org')
    expect(stderr).not.toContain('hunter2')
  })

  it('tells all targets apart, and exits by the worst (case 78)', async () => {
    const { exit, stdout } = await desk.run('check', '--json', 'valid.test', 'plain.test', 'refusing.test', 'nomail.test')
    const { results } = JSON.parse(stdout) as {
      results: { domain: string; verdict: string; hosts: { mx: string; address: string; port: number }[] }[]
    }
    expect(results.map((result) => [result.domain, result.verdict])).toEqual([
      ['valid.test', 'valid'],
      ['plain.test', 'plaintext'],
      ['refusing.test', 'refused'],
      ['nomail.test', 'no-mail'],
    ])
    expect(results[0]?.hosts[0]).toMatchObject({ mx: 'mx.valid.test', port: desk.world.port })
    expect(exit).toBe(1)
    expect((await desk.run('check', 'valid.test', 'refusing.test')).exit).toBe(3)
    expect((await desk.run('check', 'valid.test', 'nomail.test')).exit).toBe(0)
    expect((await desk.run('check', 'valid.test', '--level', 'authenticated')).exit).toBe(1)
  })
})

describe('report', () => {
  it('exports who needs attention, safe for a spreadsheet', async () => {
    await using other = await openDesk({ recipients: ['ada@valid.test', '=cmd@plain.test', 'x@nomail.test'] })
    await other.run('send', 'campaign.yaml')
    const { stdout } = await other.run('report', 'data', '--recipients', 'held')
    expect(stdout).toMatch(/^email,code,attempts,reason\n"'=cmd@plain\.test","","1","[^"]*STARTTLS[^"]*"\n$/)
    expect((await other.run('report', 'data', '--recipients', 'failed')).stdout).toContain('"x@nomail.test"')
  })
})

describe('a wrong use', () => {
  it('points to the help of the very command', async () => {
    const { exit, stderr } = await desk.run('campaign', 'schedule', '--frob')
    expect(stderr).toMatch(/^\(sealpost campaign schedule --help shows what there is\)$/m)
    expect(exit).toBe(2)
  })

  it('a campaign that is not there is told from one of which nothing waits', async () => {
    await using other = await openDesk()
    await other.run('send', 'campaign.yaml')
    for (const words of [
      ['list', '--campaign', 'sprng'],
      ['retry', '--campaign', 'sprng'],
      ['fail', '--campaign', 'sprng', '--yes'],
    ]) {
      const { exit, stdout, stderr } = await other.run('queue', ...words)
      expect(stderr).toMatch(/There is no campaign named sprng\.\n {2}There are: spring\./)
      expect([exit, stdout]).toEqual([2, ''])
    }
    expect((await other.run('queue', 'list', '--campaign', 'spring', '--state', 'held')).exit).toBe(0)
  })

  it('a copy that is not there is missed before anything is asked', async () => {
    await refused(['queue', 'restore', 'none.db'], /none\.db: The file does not exist/, /queue backup/)
  })
})

it('init overwrites nothing, and what it writes can be sent', async () => {
  await mkdir(join(desk.folder, 'new'))
  expect(await desk.run('init', 'new')).toMatchObject({ exit: 0 })
  await refused(['init', 'new'], /new/, /already there/)
  expect(await desk.run('send', 'new/campaign.yaml', '--dry-run')).toMatchObject({ exit: 1 })
})
