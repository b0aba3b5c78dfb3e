/** Files as they are found: hostile, broken, linked, encoded in old ways. None of them stops a scan. */
import { execFileSync } from 'node:child_process'
import { linkSync, openSync, readdirSync, symlinkSync, truncateSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FileTree } from '../../../test/support/fileTree.ts'
import { collect, mend, setupsOf } from '../../../test/support/scanning.ts'
import { judgeFound } from '../result.ts'
import { createSoftware } from '../../../test/support/software.ts'
import { softwares } from '../software/index.ts'
import { decode, encodeText } from './read.ts'

const django = 'EMAIL_HOST = "smtp.example.com"\nEMAIL_USE_TLS = True\n'
const ini = createSoftware('letters', [
  {
    kind: 'file',
    path: /(?:^|\/)letters\.yaml$/,
    format: 'yaml',
    keys: { host: 'mail.host', tls: 'mail.tls' },
    anchors: ['host'],
  },
])
const letters = 'mail:\n  host: smtp.example.com\n  tls: false\n'

describe('walking', () => {
  it('finds settings, and nothing in the code of others', async () => {
    using tree = new FileTree({
      'app/settings.py': django,
      'node_modules/x/settings.py': django,
      '.venv/lib/settings.py': django,
      'vendor/settings.py': django,
      'readme.md': 'EMAIL_HOST = "x"',
    })
    const found = setupsOf(await collect([tree.path], softwares))
    expect(found.map(({ file, software }) => [file, software.id])).toEqual([[tree.at('app/settings.py'), 'django']])
  })

  it('reads one file that is named, wherever it stands', async () => {
    using tree = new FileTree({ 'node_modules/settings.py': django, 'oddly-named.py': django })
    const [first] = setupsOf(await collect([tree.at('node_modules/settings.py')], softwares))
    const [second] = setupsOf(await collect([tree.at('oddly-named.py')], softwares))
    expect([first?.software.id, second?.software.id]).toEqual(['django', 'django'])
  })

  it('says so where a named file holds nothing that is known', async () => {
    using tree = new FileTree({ 'notes.txt': 'hello\n', 'x.py': 'a = 1\n' })
    for (const name of ['notes.txt', 'x.py'])
      expect(await collect([tree.at(name)], softwares)).toContainEqual(
        expect.objectContaining({ kind: 'fault', file: tree.at(name), words: expect.stringContaining('no mail settings') }),
      )
  })

  it('throws for a path that does not exist, before anything is read', async () => {
    using tree = new FileTree({ 'settings.py': django })
    await expect(collect([tree.path, tree.at('gone')], softwares)).rejects.toMatchObject({ code: 'SP_FILE_MISSING' })
  })

  it('shows paths as they were given', async () => {
    using tree = new FileTree({ 'a/settings.py': django, 'requirements.txt': 'Django==4.2.1\n' })
    const [found] = setupsOf(await collect([`${tree.path}/./`], softwares))
    expect(found?.file).toBe(tree.at('a/settings.py'))
    expect(found?.version).toEqual({ value: '4.2.1', from: tree.at('requirements.txt') })
  })

  it('goes round no loop of links and out of no tree, and takes each real file once', async () => {
    using outside = new FileTree({ 'settings.py': django })
    using tree = new FileTree({ 'app/settings.py': django })
    symlinkSync('..', tree.at('app/loop'))
    symlinkSync(tree.path, tree.at('self'))
    symlinkSync(outside.path, tree.at('elsewhere'))
    symlinkSync('settings.py', tree.at('app/local_settings.py'))
    linkSync(tree.at('app/settings.py'), tree.at('app/settings_hard.py'))
    const found = setupsOf(await collect([tree.path, tree.at('app/settings.py')], softwares))
    expect(found).toHaveLength(1)
    expect(found[0]?.path).toMatch(/app\/settings\.py$/)
  })

  it('follows a link to a file, and names the real one for the mend', async () => {
    using outside = new FileTree({ 'shared/settings.py': django })
    using tree = new FileTree({ 'x.md': '' })
    symlinkSync(outside.at('shared/settings.py'), tree.at('settings.py'))
    const [found] = setupsOf(await collect([tree.path], softwares))
    expect(found).toMatchObject({ file: tree.at('settings.py'), path: outside.at('shared/settings.py') })
  })
})

describe('what cannot be read', () => {
  it.each([
    ['a broken link', (tree: FileTree, name: string) => symlinkSync('gone', tree.at(name)), 'link to nothing'],
    ['a link to itself', (tree: FileTree, name: string) => symlinkSync(name, tree.at(name)), 'circle'],
    [
      'a FIFO, which is never opened',
      (tree: FileTree, name: string) => void execFileSync('mkfifo', [tree.at(name)]),
      'no regular file',
    ],
    [
      'a gigabyte, which is not read',
      (tree: FileTree, name: string) => {
        tree.write(name, '')
        truncateSync(tree.at(name), 1 << 30)
      },
      'larger than 1 MiB',
    ],
    ['a binary file', (tree: FileTree, name: string) => tree.write(name, Buffer.from([0x45, 0, 0xff, 1])), 'not text'],
  ])('%s is a fault where its name is that of settings, and passed over elsewhere', async (_, make, words) => {
    using tree = new FileTree({ 'settings.py': django })
    for (const name of ['letters.yaml', 'other.js', 'picture.png']) make(tree, name)
    const events = await collect([tree.path], [...softwares, ini])
    expect(events.filter(({ kind }) => kind === 'fault')).toEqual([
      { kind: 'fault', file: tree.at('letters.yaml'), line: undefined, words: expect.stringContaining(words) },
    ])
    expect(setupsOf(events)).toHaveLength(1)
    // By name, it is a fault whatever it is called.
    expect(await collect([tree.at('picture.png')], softwares)).toEqual([
      { kind: 'fault', file: tree.at('picture.png'), line: undefined, words: expect.stringContaining(words) },
    ])
  })

  it('a folder with the name of a file is a folder', async () => {
    using tree = new FileTree({ 'letters.yaml/letters.yaml': letters })
    const events = await collect([tree.path], [ini])
    expect(events.map(({ kind }) => kind)).toEqual(['setup'])
  })

  it('files and folders that are closed to us are faults, and the rest is read', async () => {
    using tree = new FileTree({
      'letters.yaml': letters,
      'closed/letters.yaml': letters,
      'x.js': 'createTransport({})',
      'y/letters.yaml': letters,
    })
    const denied = (path: string): Error => Object.assign(new Error(`EACCES: ${path}`), { code: 'EACCES' })
    const events = await collect(
      [tree.path],
      [...softwares, ini],
      {},
      {
        open: (path, flags) => {
          if (path === tree.at('letters.yaml') || path === tree.at('x.js')) throw denied(path)
          return openSync(path, flags)
        },
        list: (path) => {
          if (basename(path) === 'closed') throw denied(path)
          return readdirSync(path, { withFileTypes: true })
        },
      },
    )
    expect(events.flatMap((event) => (event.kind === 'fault' ? [[event.file, event.words]] : []))).toEqual([
      [tree.at('letters.yaml'), 'may not be read: permission denied'],
      [tree.at('closed'), 'may not be read: permission denied'],
    ])
    expect(setupsOf(events).map(({ file }) => file)).toEqual([tree.at('y/letters.yaml')])
  })

  it('a file with very many setups is told to a bound, and says so', async () => {
    const account = (_: unknown, index: number): string => `account a${index}\nhost smtp.example.com\n`
    using tree = new FileTree({ msmtprc: Array.from({ length: 70 }, account).join('') })
    const events = await collect([tree.at('msmtprc')], softwares)
    expect(setupsOf(events)).toHaveLength(64)
    expect(events.filter(({ kind }) => kind === 'fault')).toMatchObject([{ words: expect.stringContaining('more than 64') }])
  })

  it('a comment in an env file with CR LF is no fault', async () => {
    using tree = new FileTree({ '.env': '# mail\r\n\r\nMAIL_MAILER=smtp\r\nMAIL_HOST=smtp.example.com\r\n' })
    const events = await collect([tree.at('.env')], softwares)
    expect(events.map(({ kind }) => kind)).toEqual(['setup'])
  })

  it('an env file that is too large is said once', async () => {
    using tree = new FileTree({ '.env': '' })
    truncateSync(tree.at('.env'), 2 << 20)
    expect(await collect([tree.path], softwares)).toEqual([
      { kind: 'fault', file: tree.at('.env'), line: undefined, words: expect.stringContaining('larger than 1 MiB') },
    ])
  })

  it('invalid syntax is a fault with its line', async () => {
    using tree = new FileTree({ 'letters.yaml': 'mail:\n  host: [a\n  tls: {\n', 'docker-compose.yml': 'services:\n  a: "\n' })
    const faults = (await collect([tree.path], [ini])).filter((event) => event.kind === 'fault')
    expect(faults.map(({ file }) => basename(file))).toEqual(expect.arrayContaining(['docker-compose.yml', 'letters.yaml']))
    for (const { line } of faults) expect(line === undefined || line >= 1).toBe(true)
  })

  it('nesting without end exhausts nothing', async () => {
    const deep = '['.repeat(400_000)
    using tree = new FileTree({
      'settings.py': `EMAIL_HOST = ${'a=['.repeat(300_000)}`,
      'letters.yaml': `mail: ${deep}`,
      'compose.yml': `services: ${deep}`,
      'config.production.json': deep,
    })
    const faults = (await collect([tree.path], [...softwares, ini])).filter((event) => event.kind === 'fault')
    expect(new Set(faults.map(({ file }) => basename(file)))).toEqual(
      new Set(['letters.yaml', 'compose.yml', 'config.production.json', 'settings.py']),
    )
  })
})

describe('encodings', () => {
  const accented = letters.replace('mail:', '# gel\u00f6scht\nmail:')
  it.each([
    ['UTF-8', Buffer.from(accented), 'utf-8'],
    ['a byte order mark', Buffer.from(`\u{feff}${accented}`), 'utf-8-bom'],
    ['UTF-16', Buffer.from(`\u{feff}${accented}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 the other way round', Buffer.from(`\u{feff}${accented}`, 'utf16le').swap16(), 'utf-16be'],
    ['Latin-1', Buffer.from(accented, 'latin1'), 'latin1'],
    ['CRLF', Buffer.from(accented.replaceAll('\n', '\r\n')), 'utf-8'],
  ])('%s is read, and a mend leaves all else as it was', async (_, bytes, encoding) => {
    using tree = new FileTree({ 'letters.yaml': bytes })
    const [found] = setupsOf(await collect([tree.path], [ini]))
    expect(found?.encoding).toBe(encoding)
    expect(found && judgeFound(found)).toMatchObject({ mode: 'plaintext' })
    expect(found && encodeText(found.document.text, found.encoding)).toEqual(bytes)
    const plan = found && mend(found)
    expect(plan?.after).toBe('required-verified')
    expect(found && decode(encodeText(plan?.text ?? '', found.encoding))?.text).toBe(
      found?.document.text.replace('tls: false', 'tls: true'),
    )
  })

  it('marks are found in UTF-16 too', async () => {
    using tree = new FileTree({ 'settings.py': Buffer.from(`\u{feff}${django}`, 'utf16le') })
    expect(setupsOf(await collect([tree.path], softwares))).toHaveLength(1)
  })

  it('never writes what Latin-1 has no letter for', () => {
    expect(() => encodeText('\u{2603}', 'latin1')).toThrow('Latin-1')
  })
})

describe('one file, several programs', () => {
  const js = (id: string, mark: string) =>
    createSoftware(id, [
      {
        kind: 'file',
        path: /\.js$/,
        format: 'javascript',
        keys: { host: `**.${id}.(0).host`, tls: `**.${id}.(0).tls` },
        anchors: ['host'],
        marks: [mark],
      },
    ])

  it('each that is marked is read', async () => {
    using tree = new FileTree({ 'a.js': 'one({ host: "a" })\ntwo({ host: "b", tls: true })\n', 'b.js': 'three({ host: "c" })\n' })
    const found = setupsOf(await collect([tree.path], [js('one', 'one('), js('two', 'two('), js('three', 'never')]))
    expect(found.map(({ software }) => software.id)).toEqual(['one', 'two'])
    // Read once for both.
    expect(found[0]?.document).toBe(found[1]?.document)
  })

  it.each([
    ['the one that is built on the other', 'library', { host: '**.send.(0).host' }, ['site']],
    ['the one that knows more of them', 'cms', { host: '**.send.(0).host' }, ['site']],
    ['both, where nothing tells', 'cms', { host: '**.send.(0).host', tls: '**.send.(0).tls' }, ['site', 'base']],
  ] as const)('lines that two claim: %s', async (_, kind, keys, ids) => {
    const place = (own: Readonly<Record<string, string>>) =>
      ({ kind: 'file', path: /\.js$/, format: 'javascript', keys: own, anchors: ['host'] }) as const
    const site = createSoftware('site', [place({ host: '**.send.(0).host', tls: '**.send.(0).tls' })])
    const base = createSoftware('base', [place(keys)], { kind })
    using tree = new FileTree({ 'a.js': 'send({ host: "a", tls: false })\n' })
    expect(setupsOf(await collect([tree.path], [site, base])).map(({ software }) => software.id)).toEqual(ids)
  })

  it('only those that are asked for', async () => {
    using tree = new FileTree({ 'a.js': 'one({ host: "a" })\ntwo({ host: "b" })\n' })
    const found = setupsOf(await collect([tree.path], [js('one', 'one('), js('two', 'two(')], { only: ['two'] }))
    expect(found.map(({ software }) => software.id)).toEqual(['two'])
  })
})

it('says of a program whose settings no file shows where they are, once a folder', async () => {
  const hidden = createSoftware('hidden', [
    {
      kind: 'unseen',
      where: 'the table settings',
      query: 'SELECT 1',
      signs: /(?:^|\/)hidden\.(?:php|ini)$/,
      images: ['maker/hidden'],
    },
  ])
  using tree = new FileTree({
    'a/hidden.php': '',
    'a/hidden.ini': '',
    'b/hidden.php': '',
    'c/compose.yaml': 'services:\n  x:\n    image: docker.io/maker/hidden:1\n  y:\n    image: maker/hidden:2\n',
  })
  const events = await collect([tree.path], [hidden])
  expect(events.map((event) => (event.kind === 'unseen' ? event.file : event))).toEqual([
    tree.at('a/hidden.ini'),
    tree.at('b/hidden.php'),
    tree.at('c/compose.yaml'),
  ])
})

describe('variables of settings files', () => {
  const source = "module.exports = createTransport({ host: process.env.HOST_NAME, requireTLS: process.env.TLS || 'true' })\n"
  it.each([
    ['no file: cannot be told', {}, undefined, 'cannot-tell'],
    ['.env beside it', { 'app/.env': 'TLS=true\nSECRET=x\n' }, { TLS: 'true' }, 'required-verified'],
    ['.env further up', { '.env': 'TLS=false\n' }, { TLS: 'false' }, 'opportunistic'],
    ['the nearest', { '.env': 'TLS=false\n', 'app/.env': 'TLS=true\n' }, { TLS: 'true' }, 'required-verified'],
    ['.env.local goes before .env', { '.env': 'TLS=false\n', '.env.local': 'TLS=true\n' }, { TLS: 'true' }, 'required-verified'],
    [
      '.env.local against .env.production: nobody knows',
      { '.env.production': 'TLS=false\n', '.env.local': 'TLS=true\n' },
      {},
      'cannot-tell',
    ],
    ['only what is asked for is handed on', { '.env': 'SECRET=x\nHOST_NAME=h\n' }, { HOST_NAME: 'h' }, 'required-verified'],
  ])('%s', async (_, files, environment, verdict) => {
    using tree = new FileTree({ 'app/mail.js': source, ...files })
    const [found] = setupsOf(await collect([tree.path], softwares))
    expect(found?.environment && Object.fromEntries(found.environment)).toEqual(environment)
    const judged = found && judgeFound(found)
    expect(judged?.kind === 'told' ? judged.mode : judged?.kind).toBe(verdict)
  })
})

describe('whose an env file is', () => {
  const env = (id: string, keys: Record<string, string>, more: object = {}, packages?: readonly string[]) =>
    createSoftware(id, [{ kind: 'environment', keys, anchors: ['host'], ...more }], packages ? { packages } : {})
  const common = { host: 'MAIL_HOST', port: 'MAIL_PORT' }
  const frame = env('frame', { ...common, tls: 'MAIL_SCHEME' }, { path: /(?:^|\/)\.env$/ }, ['composer:maker/frame'])
  const shop = env('shop', { ...common, tls: 'SHOP_TLS' })
  const post = env('post', { ...common, tls: 'MAIL_TLS' }, { path: /(?:^|\/)post\.conf$/ })
  const twin = env('twin', { ...common, tls: 'MAIL_TLS' })
  const all = [frame, shop, post, twin]

  it.each([
    [
      'a package beside it',
      { '.env': 'MAIL_HOST=a\nMAIL_TLS=1\n', 'composer.json': '{"require":{"maker/frame":"^1"}}' },
      ['frame'],
    ],
    ['a variable of its own', { '.env': 'MAIL_HOST=a\nSHOP_TLS=1\n' }, ['shop']],
    ['a path of its own', { 'etc/post.conf': 'MAIL_HOST=a\nMAIL_TLS=1\n' }, ['post']],
    ["names that are everybody's are nobody's", { '.env': 'MAIL_HOST=a\nMAIL_PORT=25\n' }, []],
    ['both, where nothing tells them apart', { '.env': 'MAIL_HOST=a\nMAIL_TLS=1\n' }, ['post', 'twin']],
    ['an example is nobody\u2019s settings', { '.env.example': 'MAIL_HOST=a\nSHOP_TLS=1\n' }, []],
  ])('%s', async (_, files, ids) => {
    using tree = new FileTree(files)
    expect(setupsOf(await collect([tree.path], all)).map(({ software }) => software.id)).toEqual(ids)
  })

  it('common names are taken where the user says whose they are', async () => {
    using tree = new FileTree({ '.env': 'MAIL_HOST=a\nMAIL_PORT=25\n' })
    const found = setupsOf(await collect([tree.path], all, { only: ['shop'] }))
    expect(found.map(({ software }) => software.id)).toEqual(['shop'])
    expect(found[0] && mend(found[0])?.text).toBe('MAIL_HOST=a\nMAIL_PORT=25\nSHOP_TLS=true\n')
  })

  it('a million lines are no trouble', async () => {
    using tree = new FileTree({ '.env': `MAIL_HOST=a\nSHOP_TLS=0\n${'A=1\n'.repeat(250_000)}` })
    expect(setupsOf(await collect([tree.path], all))).toHaveLength(1)
  })
})
