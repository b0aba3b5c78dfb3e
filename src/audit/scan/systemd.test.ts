import { symlinkSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FileTree } from '../../../test/support/fileTree.ts'
import { collect, mend, setupsOf } from '../../../test/support/scanning.ts'
import { judgeFound } from '../result.ts'
import { createSoftware } from '../../../test/support/software.ts'
import { readUnit, systemd } from './systemd.ts'

const post = createSoftware('post', [
  { kind: 'environment', keys: { host: 'POST_HOST', port: 'POST_PORT', tls: 'POST_TLS' }, anchors: ['host'] },
])

async function scanUnits(files: Record<string, string>) {
  using tree = new FileTree(files)
  const events = await collect([tree.path], [post])
  return { tree: tree.path, events, found: setupsOf(events) }
}

describe('mends where the variable stands', () => {
  it.each([
    ['words of one line', 'Environment=POST_HOST=a POST_TLS=no B=c\n', 'Environment=POST_HOST=a POST_TLS=true B=c\n'],
    ['words in quotes', 'Environment="POST_HOST=a b" \'POST_TLS=no\'\n', 'Environment="POST_HOST=a b" \'POST_TLS=true\'\n'],
    ['a value in quotes', 'Environment=POST_HOST=a POST_TLS="no"\n', 'Environment=POST_HOST=a POST_TLS="true"\n'],
    ['lines that go on', 'Environment=POST_HOST=a \\\n  POST_TLS=no\n', 'Environment=POST_HOST=a \\\n  POST_TLS=true\n'],
    ['a line of its own, behind it', 'Environment=POST_HOST=a B=c\n', 'Environment=POST_HOST=a B=c\nEnvironment=POST_TLS=true\n'],
    [
      'behind a line that goes on',
      'Environment=POST_HOST=a \\\n B=c\n',
      'Environment=POST_HOST=a \\\n B=c\nEnvironment=POST_TLS=true\n',
    ],
  ])('%s', async (_, before, after) => {
    const unit = (lines: string): string => `[Service]\n# the mail\n${lines}ExecStart=/usr/bin/post\n`
    const { found } = await scanUnits({ 'post.service': unit(before) })
    expect(found).toHaveLength(1)
    expect(found[0] && judgeFound(found[0])).toMatchObject({ kind: 'told', mode: 'plaintext' })
    expect(found[0] && mend(found[0])?.text).toBe(unit(after))
  })
})

describe('several files make one service', () => {
  it('drop-ins go before the unit, in the order of their names', async () => {
    const { found, tree } = await scanUnits({
      'post.service': '[Service]\nEnvironment=POST_HOST=a POST_PORT=25 POST_TLS=yes\n',
      'post.service.d/20-b.conf': '[Service]\nEnvironment=POST_TLS=no\n',
      'post.service.d/10-a.conf': '[Service]\nEnvironment=POST_TLS=yes\n',
    })
    expect(found.map(({ file }) => file)).toEqual([`${tree}/post.service`])
    expect(found[0]?.setup.entries['tls']).toMatchObject({ value: { text: 'no' }, file: `${tree}/post.service.d/20-b.conf` })
    expect(found[0] && judgeFound(found[0])).toMatchObject({ mode: 'plaintext' })
  })

  it('a drop-in without its unit is read', async () => {
    const { found } = await scanUnits({
      'etc/systemd/system/post.service.d/a.conf': '[Service]\nEnvironment=POST_HOST=a POST_TLS=1\n',
    })
    expect(found).toHaveLength(1)
  })

  it('an empty assignment takes back what stood before', async () => {
    const { found } = await scanUnits({
      'post.service': '[Service]\nEnvironment=POST_HOST=a POST_TLS=yes\nEnvironment=\nEnvironment=POST_HOST=b\n',
      'x.service': '[Service]\nEnvironment=POST_HOST=a\n',
      'x.service.d/a.conf': '[Service]\nEnvironment=\n',
    })
    expect(found.map(({ setup }) => Object.keys(setup.entries))).toEqual([['host']])
  })

  it('EnvironmentFile goes before Environment, and is no setup of its own', async () => {
    const { found, tree } = await scanUnits({
      'etc/systemd/system/post.service':
        '[Service]\nEnvironment=POST_TLS=yes\nEnvironmentFile=-/etc/default/post.env\nEnvironmentFile=-/etc/gone\n',
      'etc/default/post.env': 'POST_HOST=a\nPOST_TLS=no\n',
    })
    // The tree is another machine's: its root is where the unit's path begins.
    expect(found.map(({ file }) => file)).toEqual([`${tree}/etc/default/post.env`])
    expect(found[0] && mend(found[0])?.text).toBe('POST_HOST=a\nPOST_TLS=true\n')
  })

  it('a masked unit is no fault', async () => {
    using tree = new FileTree({ 'x.md': '' })
    symlinkSync('/dev/null', tree.at('post.service'))
    expect(await collect([tree.path], [post])).toEqual([])
  })

  it('a quote without an end is a fault with its line', async () => {
    const { events } = await scanUnits({ 'post.service': '[Service]\nEnvironment="POST_HOST=a\n' })
    expect(events).toMatchObject([{ kind: 'fault', line: 2 }])
  })
})

describe('the reader', () => {
  it.each([
    ['A=%%b', { kind: 'literal', text: '%b', type: 'string' }],
    ['A=%h/x', { kind: 'computed', source: '%h/x' }],
    ['A=$b', { kind: 'literal', text: '$b', type: 'string' }],
    ['"A=b\\"c"', { kind: 'literal', text: 'b"c', type: 'string' }],
    ['A=a\\tb', { kind: 'computed' }],
    ['A=', { kind: 'literal', text: '', type: 'string' }],
  ])('%s', (text, value) => {
    expect(readUnit(`Environment=${text}\n`).document.entries[0]?.value).toMatchObject(value)
  })

  it('leaves comments and other words alone', () => {
    expect(readUnit('#Environment=A=b\n;Environment=A=b \\\nPassEnvironment=A\nXEnvironment=A=b\n').document.entries).toEqual([])
  })

  it('never throws, and its offsets are those of the value', () => {
    const piece = fc.constantFrom(
      'Environment=',
      'EnvironmentFile=',
      '\n',
      ' ',
      '\\',
      '"',
      "'",
      'A=',
      'b',
      '%',
      '#',
      '\r\n',
      '-',
      '=',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('')
        for (const { start, end, value } of readUnit(text).document.entries) {
          expect(start).toBeLessThanOrEqual(end)
          if (value.kind === 'literal' && !/["'\\%]/.test(text)) expect(text.slice(start, end)).toBe(value.text)
        }
      }),
    )
  })

  it('what is printed is read again as what was meant', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]{0,20}$/), (value) => {
        const [entry] = readUnit(`Environment=A=${systemd.print(value, '')} B=c\n`).document.entries
        expect(entry?.value).toEqual({ kind: 'literal', text: value, type: 'string' })
      }),
    )
  })
})
