/** `sealpost audit` as a person runs it: what it says, what it writes, and what it never shows. */
import { mkdir, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from '../../support/cli.ts'
import { sarifSchema } from '../../support/sarif.ts'

const secret = 'hunter2-never-shown'
let desk: Desk
let port = 0
beforeAll(async () => {
  desk = await openDesk()
  port = desk.world.port
})
afterAll(async () => {
  await desk[Symbol.asyncDispose]()
})

/** Django's settings for a host of the mail world. */
const django = (host: string, more = '') =>
  `# our shop\nEMAIL_HOST = "${host}"  # the relay\nEMAIL_PORT = ${port}\nEMAIL_HOST_PASSWORD = '${secret}'\nEMAIL_USE_TLS = False\n${more}`

beforeEach(async () => {
  await mkdir(join(desk.folder, 'site'), { recursive: true })
})

describe('what it says', () => {
  it('tells mode, meaning, line and change; exit 1', async () => {
    await desk.write('site/settings.py', django('mx.valid.test'))
    const { exit, stdout } = await desk.run('audit', '--version-of', 'django=5.1', 'site')
    expect(stdout).toContain('site/settings.py:5: Django 5.1: plaintext.')
    expect(stdout).toContain('- 5: EMAIL_USE_TLS = False')
    expect(stdout).toContain('+ 5: EMAIL_USE_TLS = True')
    expect(exit).toBe(1)
  })

  it('gives each meaning, weakest first, where the version is not known', async () => {
    await desk.write('site/settings.py', django('mx.valid.test').replace('False', 'True'))
    const { exit, stdout } = await desk.run('audit', 'site')
    expect(stdout).toMatch(/before 4\.2: required-unverified[\s\S]*since 4\.2: required-verified/)
    expect(exit).toBe(1)
    expect((await desk.run('audit', '--level', 'encrypted', 'site')).exit).toBe(0)
  })

  it('cannot tell what is worked out at run time, and says from what; exit 3', async () => {
    await desk.write('site/settings.py', django('mx.valid.test').replace('False', "os.getenv('MAIL_TLS') == 'yes'"))
    const { exit, stdout } = await desk.run('audit', '--version-of', 'django=5.1', 'site')
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/cannot tell\. The value of EMAIL_USE_TLS comes from os\.getenv/)
    expect(exit).toBe(3)
  })

  it('tries the server, and tells what the program would really do', async () => {
    await desk.write('site/settings.py', django('mx.plain.test').replace('False', 'True'))
    const { exit, stdout } = await desk.run('audit', '--probe', '--version-of', 'django=5.1', 'site')
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /tried submission:\/\/mx\.plain\.test:\d+: no mail goes out: the server does not offer STARTTLS/,
    )
    expect(exit).toBe(1)
  })

  it('shows no secret in any form', async () => {
    await desk.write('site/settings.py', django('mx.valid.test'))
    await desk.write('site/.env', `MAILER_DSN=smtp://ann:${secret}@mx.valid.test:25\n`)
    await desk.write(
      'site/config.production.json',
      `{"mail":{"transport":"SMTP","options":{"host":"mx.valid.test","auth":{"user":"ann","pass":"${secret}"},"secure":false}}}`,
    )
    for (const words of [[], ['--json'], ['--format', 'sarif'], ['--probe'], ['--check']]) {
      const { stdout, stderr } = await desk.run('audit', ...words, 'site')
      expect(stdout.length).toBeGreaterThan(100)
      expect(stdout + stderr).not.toContain(secret)
    }
  })

  it('writes SARIF with file and line, valid by its schema', async () => {
    await desk.write('site/settings.py', django('mx.valid.test'))
    const { stdout } = await desk.run('audit', '--format', 'sarif', '--software', 'django', 'site')
    const log = sarifSchema.parse(JSON.parse(stdout))
    expect(log.runs[0]?.results).toMatchObject([
      {
        ruleId: 'audit-plaintext',
        level: 'error',
        locations: [{ physicalLocation: { artifactLocation: { uri: 'site/settings.py' }, region: { startLine: 5 } } }],
      },
    ])
  })
})

describe('--fix', () => {
  it('writes what the server takes, keeps the rest of the file and the old one', async () => {
    await desk.write('site/settings.py', django('mx.valid.test'))
    const { exit, stdout } = await desk.run(
      'audit',
      '--fix',
      '--yes',
      '--version-of',
      'django=5.1',
      '--software',
      'django',
      'site',
    )
    expect(stdout).toContain('plaintext becomes required-verified')
    expect(await readFile(join(desk.folder, 'site/settings.py'), 'utf8')).toBe(django('mx.valid.test').replace('False', 'True'))
    expect(await readFile(join(desk.folder, 'site/settings.py.bak'), 'utf8')).toBe(django('mx.valid.test'))
    expect(stdout).not.toContain(secret)
    expect(exit).toBe(0)
  })

  it.each([
    ['mx.plain.test', /does not offer STARTTLS/],
    ['mx.selfsigned.test', /certificate/],
    ['mx.nowhere.test', /the host does not exist/],
  ])('writes nothing where %s would stop the mail', async (host, why) => {
    await desk.write('site/settings.py', django(host))
    const before = await readdir(join(desk.folder, 'site'))
    const { exit, stdout } = await desk.run(
      'audit',
      '--fix',
      '--yes',
      '--version-of',
      'django=5.1',
      '--software',
      'django',
      'site',
    )
    expect(stdout.replace(/\s+/g, ' ')).toMatch(why)
    expect(stdout).toContain('not written, so that mail does not stop')
    expect(await readFile(join(desk.folder, 'site/settings.py'), 'utf8')).toBe(django(host))
    expect(await readdir(join(desk.folder, 'site'))).toEqual(before)
    expect(exit).toBe(1)
  })

  it('asks first; where nobody is there to say yes, nothing is written (exit 2)', async () => {
    await desk.write('site/settings.py', django('mx.valid.test'))
    const { exit, stderr } = await desk.run('audit', '--fix', '--version-of', 'django=5.1', '--software', 'django', 'site')
    expect(stderr).toMatch(/--fix --yes/)
    expect(exit).toBe(2)
    expect(await readFile(join(desk.folder, 'site/settings.py'), 'utf8')).toBe(django('mx.valid.test'))
  })
})

describe('--generate', () => {
  it('says for which versions it is meant, where older ones read it otherwise', async () => {
    const { exit, stderr } = await desk.run('audit', '--generate', 'laravel', '--provider', 'postmark')
    expect(stderr).toContain('Meant for version 13 and newer')
    expect(exit).toBe(0)
  })

  it('writes a configuration that audit finds verified', async () => {
    for (const [program, file] of [
      ['ghost', 'config.production.json'],
      ['django', 'settings.py'],
      ['mastodon', '.env.production'],
    ] as const) {
      const { exit, stdout } = await desk.run('audit', '--generate', program, '--provider', 'postmark')
      expect(exit).toBe(0)
      await mkdir(join(desk.folder, program), { recursive: true })
      await desk.write(`${program}/${file}`, stdout)
      const audited = await desk.run('audit', '--version-of', 'django=5.1', '--software', program, program)
      expect(audited.stdout).toMatch(/required-verified|implicit-verified/)
      expect(audited.exit).toBe(0)
    }
  })
})

describe('bad input gets one message, and exit 2', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['no path', ['audit'], /name a file or a folder/],
    ['a path that is not there', ['audit', 'nowhere'], /nowhere/],
    ['a program that is not known', ['audit', '--software', 'nonsense', '.'], /nonsense[^]*Known are: [^]*django/],
    ['a version without a program', ['audit', '--version-of', '4.2', '.'], /django=4\.2/],
    ['two opposites', ['audit', '--fix', '--check', '.'], /--fix writes and --check does not/],
    ['a format that shows no change', ['audit', '--fix', '--json', '.'], /text alone/],
    ['a provider that is not known', ['audit', '--generate', 'ghost', '--provider', 'nonsense'], /nonsense/],
    ['no server', ['audit', '--generate', 'ghost'], /one mail server/],
    ['a program whose settings no file holds', ['audit', '--generate', 'frappe', '--provider', 'postmark'], /Frappe/],
  ])('%s', async (_, words, what) => {
    const { exit, stdout, stderr } = await desk.run(...words)
    expect(stderr).toMatch(what)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(stdout).toBe('')
    expect(exit).toBe(2)
  })
})
