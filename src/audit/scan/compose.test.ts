import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FileTree } from '../../../test/support/fileTree.ts'
import { collect, mend, setupsOf } from '../../../test/support/scanning.ts'
import { describeFound, judgeFound, refresh } from '../result.ts'
import { softwares } from '../software/index.ts'
import { createSoftware } from '../../../test/support/software.ts'
import { compose, readCompose } from './compose.ts'

const post = createSoftware(
  'post',
  [
    {
      kind: 'environment',
      images: ['post', 'maker/post-office'],
      keys: { host: 'POST_HOST', port: 'POST_PORT', tls: 'POST_TLS' },
      anchors: ['host'],
    },
  ],
  { boundaries: ['5.2'], packages: ['npm:post'] },
)
const other = createSoftware('other', [
  { kind: 'environment', images: ['other'], keys: { host: 'POST_HOST', tls: 'OTHER_TLS' }, anchors: ['host'] },
])
const both = [post, other]

async function scanOne(compose: string, more: Record<string, string> = {}) {
  const tree = new FileTree({ 'docker-compose.yml': compose, ...more })
  try {
    const events = await collect([tree.path], both)
    return { tree: tree.path, events, found: setupsOf(events) }
  } finally {
    tree[Symbol.dispose]()
  }
}

const service = (environment: string): string =>
  `services:\n  app:\n    image: post:5.1\n${environment}    restart: always # yes\n`

describe('mends where the variable stands', () => {
  it.each([
    ['a mapping', '    environment:\n      POST_HOST: a\n      POST_TLS: "false" # off\n', '      POST_TLS: "true" # off\n'],
    ['bare words', '    environment:\n      POST_HOST: a\n      POST_TLS: false\n', '      POST_TLS: "true"\n'],
    ['single quotes', "    environment:\n      POST_HOST: a\n      POST_TLS: 'no'\n", "      POST_TLS: 'true'\n"],
    ['a list', '    environment:\n      - POST_HOST=a\n      - POST_TLS=false # off\n', '      - POST_TLS=true # off\n'],
    ['quoted items', '    environment:\n      - "POST_HOST=a"\n      - \'POST_TLS=false\'\n', "      - 'POST_TLS=true'\n"],
    [
      'a list on one line',
      '    environment: [POST_HOST=a, "POST_TLS=false"]\n',
      '    environment: [POST_HOST=a, "POST_TLS=true"]\n',
    ],
    ['an empty value', '    environment:\n      - POST_HOST=a\n      - POST_TLS=\n', '      - POST_TLS=true\n'],
  ])('%s', async (_, environment, line) => {
    const { found } = await scanOne(service(environment))
    expect(found).toHaveLength(1)
    const [only] = found
    expect(only && judgeFound(only)).toMatchObject({ kind: 'told', mode: 'plaintext' })
    const plan = only && mend(only)
    expect(plan?.after).toBe('required-verified')
    expect(plan?.text).toContain(line)
    expect(plan?.text.split('\n').length).toBe(service(environment).split('\n').length)
    expect(plan?.text).toContain('restart: always # yes')
  })

  it.each([
    ['a mapping', '    environment:\n      POST_HOST: a # here\n', '      POST_HOST: a # here\n      POST_TLS: "true"\n'],
    ['a list', '    environment:\n      - POST_HOST=a # here\n', '      - POST_HOST=a # here\n      - POST_TLS=true\n'],
    ['quoted items', '    environment:\n    - "POST_HOST=a"\n', '    - "POST_HOST=a"\n    - POST_TLS=true\n'],
    ['a list on one line', '    environment: ["POST_HOST=a", B=c]\n', '["POST_HOST=a", POST_TLS=true, B=c]'],
    ['a mapping on one line', '    environment: { POST_HOST: a, B: c }\n', '{ POST_HOST: a, POST_TLS: "true", B: c }'],
  ])('puts what is missing into %s', async (_, environment, text) => {
    const { found } = await scanOne(service(environment))
    expect(found[0] && mend(found[0])?.text).toContain(text)
  })

  it('keeps CRLF', async () => {
    const { found } = await scanOne(service('    environment:\n      - POST_HOST=a\n').replaceAll('\n', '\r\n'))
    expect(found[0] && mend(found[0])?.text).toContain('- POST_HOST=a\r\n      - POST_TLS=true\r\n')
  })

  it('only the service that was found', async () => {
    const text =
      'services:\n  a:\n    image: post\n    environment: [POST_HOST=x, POST_TLS=false]\n  b:\n    image: post\n    environment: [POST_HOST=y, POST_TLS=false]\n'
    const { found } = await scanOne(text)
    expect(found.map(({ setup }) => setup.name)).toEqual(['a', 'b'])
    expect(found[1] && mend(found[1])?.text).toBe(text.replace('POST_HOST=y, POST_TLS=false', 'POST_HOST=y, POST_TLS=true'))
  })

  it('variables that services share, where they are written', async () => {
    const text =
      'x-mail: &mail\n  POST_HOST: a\n  POST_TLS: "false"\nservices:\n  app:\n    image: post\n    environment:\n      <<: *mail\n      B: c\n'
    const { found } = await scanOne(text)
    expect(found[0] && mend(found[0])?.text).toBe(text.replace('"false"', '"true"'))
  })

  it('a service that extends another', async () => {
    const { found } = await scanOne(
      'services:\n  base:\n    image: post:6.0\n    environment: [POST_HOST=a]\n  app:\n    extends: { service: base }\n    image: post:6.1\n',
    )
    expect(found.map(({ setup, version }) => [setup.name, version?.value])).toEqual([
      ['base', '6.0'],
      ['app', '6.1'],
    ])
  })

  it('once, where services share a file or its lines', async () => {
    const app = (name: string): string => `  ${name}:\n    image: post:6.0\n    env_file: mail.env\n    environment: *mail\n`
    const text = `x-mail: &mail\n  POST_TLS: "false"\nservices:\n${app('web')}${app('worker')}`
    const { found } = await scanOne(text, { 'mail.env': 'POST_HOST=a\nPOST_PORT=587\n' })
    expect(found).toHaveLength(1)
  })
})

describe('whose it is, and which version', () => {
  const environment = '    environment:\n      POST_HOST: a\n'
  it.each([
    ['post:5.1-alpine', ['post'], '5.1'],
    ['docker.io/library/post:v6.2.1', ['post'], '6.2.1'],
    ['registry.test:5000/maker/post-office@sha256:0123', ['post'], undefined],
    ['post:latest', ['post'], undefined],
    // The meaning changed with 5.2: `5` may be either.
    ['post:5', ['post'], undefined],
    ['post:6', ['post'], '6'],
    ['other:1.0', ['other'], '1.0'],
    ['${IMAGE:-other}:1.0', ['other'], '1.0'],
    // Nothing tells the two apart by this variable.
    ['compost:1', ['post', 'other'], undefined],
  ])('%s', async (image, ids, version) => {
    const { found } = await scanOne(`services:\n  app:\n    image: ${image}\n${environment}`)
    expect(found.map(({ software }) => software.id)).toEqual(ids)
    expect(found[0]?.version?.value).toBe(version)
  })

  it('without an image of a known name, by the variables', async () => {
    const { found } = await scanOne(`services:\n  app:\n    build: .\n    environment: [POST_HOST=a, OTHER_TLS=0]\n`)
    expect(found.map(({ software }) => software.id)).toEqual(['other'])
  })

  it("the user's word goes before the tag", async () => {
    using tree = new FileTree({ 'compose.yaml': service('    environment: [POST_HOST=a]\n') })
    const [found] = setupsOf(await collect([tree.path], both, { versions: new Map([['post', '9']]) }))
    expect(found?.version).toEqual({ value: '9', from: 'given' })
  })
})

describe('files of variables', () => {
  it('a mend goes into the file that most of it stands in', async () => {
    const { found, tree } = await scanOne(service('    env_file: ./mail.env\n'), { 'mail.env': 'POST_HOST=a\nPOST_TLS=no\n' })
    expect(found.map(({ file }) => file)).toEqual([`${tree}/mail.env`])
    expect(found[0]?.version?.value).toBe('5.1')
    expect(found[0] && mend(found[0])?.text).toBe('POST_HOST=a\nPOST_TLS=true\n')
  })

  it.each(['[mail.env]', '[{ path: mail.env, required: false }]', '"${NAME:-mail.env}"'])('%s', async (list) => {
    const { found } = await scanOne(service(`    env_file: ${list}\n`), { 'mail.env': 'POST_HOST=a\n' })
    expect(found).toHaveLength(1)
  })

  it('environment goes before env_file, and a mend touches no other file', async () => {
    const { found } = await scanOne(
      service('    env_file: mail.env\n    environment:\n      POST_HOST: a\n      POST_PORT: 587\n'),
      {
        'mail.env': 'POST_HOST=b\nPOST_TLS=true\n',
      },
    )
    expect(found).toHaveLength(1)
    const [only] = found
    expect(only?.file).toMatch(/docker-compose\.yml$/)
    expect(only?.setup.entries['host']?.value).toMatchObject({ text: 'a' })
    expect(only?.setup.entries['tls']?.file).toMatch(/mail\.env$/)
    expect(only && judgeFound(only)).toMatchObject({ mode: 'required-verified' })
  })

  it('what stands wrong in the other file is not said to be mended here', async () => {
    const { found } = await scanOne(
      service('    env_file: mail.env\n    environment:\n      POST_HOST: a\n      POST_PORT: 587\n'),
      {
        'mail.env': 'POST_TLS=false\n',
      },
    )
    expect(found[0] && judgeFound(found[0])).toMatchObject({ mode: 'plaintext' })
    expect(found[0] && mend(found[0])).toBeUndefined()
  })

  it('a file that is not there is a fault', async () => {
    const { events } = await scanOne(service('    env_file: gone.env\n    environment: [POST_HOST=a]\n'))
    expect(events.map(({ kind }) => kind)).toEqual(['setup', 'fault'])
  })
})

describe('variables from .env beside it', () => {
  const asked = service(
    '    environment:\n      POST_HOST: ${POST_HOST}\n      POST_TLS: ${USE_TLS:-false}\n      POST_PORT: "587"\n',
  )

  it('stand where they are lent from, once', async () => {
    const { found, tree } = await scanOne(asked, { '.env': 'POST_HOST=a\nUSE_TLS=false\nPASSWORD=secret\n' })
    expect(found.map(({ file }) => file)).toEqual([`${tree}/.env`])
    expect(found[0] && mend(found[0])?.text).toBe('POST_HOST=a\nUSE_TLS=true\nPASSWORD=secret\n')
  })

  it('a variable that the service does not pass on is not put into it', async () => {
    const { found } = await scanOne(service('    environment:\n      POST_HOST: ${POST_HOST}\n'), { '.env': 'POST_HOST=a\n' })
    expect(found).toHaveLength(1)
    expect(found[0] && mend(found[0])).toBeUndefined()
  })

  it('the fallback where .env says nothing; nothing where there is none', async () => {
    const { found } = await scanOne(asked, { '.env': 'X=1\n' })
    expect(found[0] && judgeFound(found[0])).toMatchObject({ mode: 'plaintext' })
    const without = await scanOne(asked)
    expect(without.found[0] && judgeFound(without.found[0])).toMatchObject({ kind: 'cannot-tell', key: 'tls' })
  })

  it('no secret goes along', async () => {
    const { found } = await scanOne(service('    environment:\n      POST_HOST: a\n      POST_TLS: ${USE_TLS}\n'), {
      '.env': 'X=1\nUSE_TLS=$X\nPASSWORD=secret\n',
    })
    expect([...(found[0]?.environment ?? [])]).toEqual([['USE_TLS', '1']])
  })
})

describe('the reader', () => {
  it.each([
    ['$$5', { kind: 'literal', text: '$5', type: 'string' }],
    ['$5', { kind: 'literal', text: '$5', type: 'string' }],
    ['${A}', { kind: 'environment', name: 'A', fallback: '' }],
    ['$A', { kind: 'environment', name: 'A', fallback: '' }],
    ['${A-b}', { kind: 'environment', name: 'A', fallback: 'b' }],
    ['${A:?must be}', { kind: 'environment', name: 'A', fallback: undefined }],
    ['a${A}', { kind: 'computed' }],
    ['${A:+b}', { kind: 'computed' }],
    ['${A:-${B}}', { kind: 'computed' }],
  ])('%s', (text, value) => {
    for (const written of [`{ K: "${text}" }`, `["K=${text}"]`])
      expect(readCompose(`services: { a: { environment: ${written} } }`).document.entries[0]?.value).toMatchObject(value)
  })

  it('aliases that multiply come to an end', () => {
    const lines = Array.from({ length: 30 }, (_, n) => `x${n + 1}: &a${n + 1}\n  <<: [*a${n}, *a${n}, *a${n}]\n  k${n}: v\n`)
    const text = `x0: &a0 { a: b }\n${lines.join('')}services:\n  s:\n    environment: *a30\n`
    expect(readCompose(text).document.entries.length).toBeLessThan(100)
  })

  it('never throws, and its offsets are those of the value', () => {
    const piece = fc.constantFrom(
      'services:',
      '\n',
      '  ',
      '    ',
      'a:',
      'environment:',
      'env_file:',
      '- ',
      'K=v',
      'K: ',
      '"',
      "'",
      '&x ',
      '*x',
      '<<: ',
      '{',
      '}',
      '[',
      ']',
      ', ',
      '${K:-v}',
      '|\n',
      '#',
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }).map((pieces) => `services:\n  a:\n    environment:\n      ${pieces.join('')}`),
        (text) => {
          for (const { start, end, line } of readCompose(text).document.entries) {
            expect(start).toBeLessThanOrEqual(end)
            expect(end).toBeLessThanOrEqual(text.length)
            expect(line).toBeGreaterThan(0)
          }
        },
      ),
    )
  })

  it('what is printed is read again as what was meant', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9$?&=:/@.+-]{0,20}[A-Za-z0-9]$/)
    fc.assert(
      fc.property(word, fc.constantFrom('K: old', "K: 'old'", 'K: "old"', '- K=old'), (value, item) => {
        const text = `services:\n  a:\n    environment:\n      ${item}\n`
        const [entry] = readCompose(text).document.entries
        if (!entry) throw new Error('not read')
        const printed = compose.print(value, text.slice(entry.start, entry.end))
        const [again] = readCompose(text.slice(0, entry.start) + printed + text.slice(entry.end)).document.entries
        expect(again?.value).toEqual({ kind: 'literal', text: value, type: 'string' })
      }),
    )
  })
})

describe('what is said of variables in several files', () => {
  it('names the file that a line is of, and where to change it', async () => {
    using tree = new FileTree({
      'docker-compose.yml':
        'services:\n  vault:\n    image: vaultwarden/server:1.30.1\n    env_file: vw.env\n    environment:\n      SMTP_SECURITY: "off"\n',
      'vw.env': 'SMTP_HOST=smtp.example.com\nSMTP_FROM=a@example.com\nSMTP_PORT=587\nSMTP_USERNAME=u\n',
    })
    const [found] = setupsOf(await collect([tree.path], softwares))
    if (!found) throw new Error('nothing was found')
    const result = describeFound(found)
    expect(result).toMatchObject({
      file: tree.at('vw.env'),
      line: 1,
      mode: 'plaintext',
      settings: [{ file: tree.at('docker-compose.yml'), line: 6 }],
      mends: [],
    })
    expect(result.instead).toContain(`${tree.at('docker-compose.yml')}, line 6`)
  })

  it('keeps what other files say when the file itself is read again', async () => {
    using tree = new FileTree({
      'docker-compose.yml':
        'services:\n  vault:\n    image: vaultwarden/server:1.30.1\n    env_file: vw.env\n    environment:\n      SMTP_SECURITY: "off"\n',
      'vw.env': 'SMTP_HOST=smtp.example.com\nSMTP_PORT=587\nSMTP_FROM=a@example.com\n',
    })
    const [found] = setupsOf(await collect([tree.path], softwares))
    if (!found) throw new Error('nothing was found')
    writeFileSync(tree.at('vw.env'), `${found.document.text}# more\n`)
    const again = refresh(found)
    expect(again && judgeFound(again)).toMatchObject({ kind: 'told', mode: 'plaintext' })
  })
})
