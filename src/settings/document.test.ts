import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { SealpostError } from '../errors.ts'
import { readDocument } from './document.ts'

const schema = z.strictObject({
  name: z.string(),
  count: z.int().min(1).max(9).default(3),
  mode: z.enum(['auto', 'off']).default('auto'),
  group: z.strictObject({ connections: z.int().optional(), list: z.array(z.string()).min(1).optional() }).prefault({}),
  way: z
    .union([z.literal('direct'), z.strictObject({ relay: z.string(), port: z.int().optional() })], {
      error: 'must be direct or a relay',
    })
    .default('direct'),
  levels: z.record(z.string(), z.enum(['low', 'high'])).default({}),
})

let file = ''
beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'sealpost-')), 'x.yaml')
})
afterEach(async () => {
  await rm(dirname(file), { recursive: true })
})

async function read(content: string | Buffer) {
  await writeFile(file, content)
  return readDocument(file, schema, 'SP_SETTINGS_INVALID')
}

/** The error as a person sees it, the path cut to its name. */
async function refuse(content: string | Buffer): Promise<string> {
  const error: unknown = await read(content).then(
    () => 'was accepted',
    (reason: unknown) => reason,
  )
  if (!(error instanceof SealpostError)) throw new Error(String(error), { cause: error })
  return `${error.code} ${error.where?.replace(file, 'x.yaml')} ${error.what}`
}

test('a file that fits gives its data, and the line of each entry', async () => {
  const document = await read('# note\nname: a\ngroup:\n  connections: 4\n  list:\n    - one\n    - two\n')
  expect(document.data).toMatchObject({ name: 'a', count: 3, group: { connections: 4, list: ['one', 'two'] } })
  const lines = [['name'], ['group', 'connections'], ['group', 'list', 1], ['group', 'lost', 'deeper'], ['lost'], []]
  expect(lines.map((path) => document.locate(path).slice(file.length))).toEqual([':2', ':4', ':7', ':3', ':2', ':2'])
})

test('CRLF, CR, a byte order mark and headings without entries are fine', async () => {
  for (const end of ['\r\n', '\r', '\n']) {
    const document = await read(`\ufeffname: a${end}group:${end}  # connections: 4${end}count: 5${end}`)
    expect(document.data).toMatchObject({ name: 'a', count: 5, group: {} })
    expect(document.locate(['count'])).toBe(`${file}:4`)
  }
})

test('aliases within reason are fine', async () => {
  const document = await read('name: &n abc\ngroup:\n  list: [*n, *n]\n')
  expect(document.data.group.list).toEqual(['abc', 'abc'])
  expect(document.locate(['group', 'list', 1])).toBe(`${file}:3`)
})

test.each([
  ['', 'SP_FILE_EMPTY x.yaml A file is empty'],
  [' \n\n', 'SP_FILE_EMPTY x.yaml A file is empty'],
  ['# only comments\n', 'SP_SETTINGS_INVALID x.yaml:1 name is missing'],
  ['name:\n', 'SP_SETTINGS_INVALID x.yaml:1 name is missing'],
  ['# x\ncount: 3\n', 'SP_SETTINGS_INVALID x.yaml:2 name is missing'],
  ['just text', 'SP_SETTINGS_INVALID x.yaml:1 The file must be a map of entries, each on a line of its own and indented'],
  ['- a\n- b', 'SP_SETTINGS_INVALID x.yaml:1 The file must be a map of entries, each on a line of its own and indented'],
  ['name: 2024', 'SP_SETTINGS_INVALID x.yaml:1 name must be a text; put it in quotes if it looks like a number'],
  ['name: a\ncount: "3"', 'SP_SETTINGS_INVALID x.yaml:2 count must be a number, without quotes'],
  ['name: a\ncount: 2.5', 'SP_SETTINGS_INVALID x.yaml:2 count must be a whole number'],
  ['name: a\ncount: 10', 'SP_SETTINGS_INVALID x.yaml:2 count must be at most 9'],
  ['name: a\ncount: 0', 'SP_SETTINGS_INVALID x.yaml:2 count must be at least 1'],
  ['name: a\ncount: .inf', 'SP_SETTINGS_INVALID x.yaml:2 count must be a number, without quotes'],
  ['name: a\nmode: autp', 'SP_SETTINGS_INVALID x.yaml:2 mode must be auto or off: did you mean auto?'],
  ['name: a\nmode: false', 'SP_SETTINGS_INVALID x.yaml:2 mode must be auto or off'],
  ['name: a\n\nnaem: b', 'SP_SETTINGS_INVALID x.yaml:3 The file has an unknown entry "naem": did you mean name?'],
  ['\nNAME: b', 'SP_SETTINGS_INVALID x.yaml:2 The file has an unknown entry "NAME": did you mean name?'],
  [
    'name: a\ngroup:\n  conections: 4',
    'SP_SETTINGS_INVALID x.yaml:3 group has an unknown entry "conections": did you mean connections?',
  ],
  ['name: a\ngroup:\n  zzz: 4', 'SP_SETTINGS_INVALID x.yaml:3 group has an unknown entry "zzz": known are connections, list'],
  ['name: a\ngroup: 4', 'SP_SETTINGS_INVALID x.yaml:2 group must be a map of entries, each on a line of its own and indented'],
  ['name: a\ngroup:\n  list: x', 'SP_SETTINGS_INVALID x.yaml:3 group.list must be a list, such as [one, two]'],
  ['name: a\ngroup:\n  list: []', 'SP_SETTINGS_INVALID x.yaml:3 group.list must be at least 1 entries long'],
  [
    'name: a\ngroup:\n  list:\n    - b\n    - 7',
    'SP_SETTINGS_INVALID x.yaml:5 Entry 2 of group.list must be a text; put it in quotes if it looks like a number',
  ],
  ['name: a\nway: dirct', 'SP_SETTINGS_INVALID x.yaml:2 way must be direct or a relay'],
  ['name: a\nway: [x]', 'SP_SETTINGS_INVALID x.yaml:2 way must be direct or a relay'],
  ['name: a\nway:\n  port: 3', 'SP_SETTINGS_INVALID x.yaml:2 way.relay is missing'],
  ['name: a\nway:\n  relay: x\n  prt: 3', 'SP_SETTINGS_INVALID x.yaml:4 way has an unknown entry "prt": did you mean port?'],
  ['name: a\nway:\n  relay: x\n  port: y', 'SP_SETTINGS_INVALID x.yaml:4 way.port must be a number, without quotes'],
  ['name: a\nlevels:\n  b: low\n  c: hihg', 'SP_SETTINGS_INVALID x.yaml:4 levels.c must be low or high: did you mean high?'],
  ['count: 10\nmode: x\nname: 3', 'SP_SETTINGS_INVALID x.yaml:1 count must be at most 9'],
])('%j: %s', async (content, expected) => {
  expect(await refuse(content)).toBe(expected)
})

test.each([
  ['a: 1\nb: 2\na: 3', '3 "a" stands here twice, first on line 1'],
  ['name: a\ngroup:\n\tlist: 1', '3 The line is indented with a tab; use spaces'],
  ['name: "abc', '1 A quote, bracket or colon is missing'],
  ['name: [a,\nb: 2', '2 The line is not indented like its neighbours, or a bracket above it is not closed'],
  ['name: a: b', '1 There is a second ": " in the line; put a text that has one in quotes'],
  ['name\ncount: 1', '1 A colon is missing after the name of an entry'],
  ['name: @x', '1 A text that begins with a special character must stand in quotes'],
  ['name: !x y', '1 A tag (!name) is not known; put a text that begins with ! in quotes'],
  ['name: *x', '1 An alias (*name) stands before its anchor (&name), or has none'],
  ['---\nname: a\n---\nname: b', '3 A second document begins here, after ---; the file holds one'],
  ['name: "\\q"', '1 Between double quotes a \\ begins an escape; write \\\\ for a backslash, or use single quotes'],
  ['? [a]\n: b', '1 The name of an entry must be a text'],
  ['a: '.padEnd(5000, '['), '1 Entries lie too deep'],
  [`a: ${'['.repeat(60)}${']'.repeat(60)}`, '1 Entries lie more than 50 deep'],
  [`a: &a x\nb:\n${'  - *a\n'.repeat(101)}`, '103 The file has more than 100 aliases (*name)'],
  [bomb(), '2 The aliases (*name) stand for too much'],
  ['a: &a [*a]', '1 The aliases (*name) stand for too much'],
])('%j is not YAML: %s', async (content, expected) => {
  expect(await refuse(content)).toBe(`SP_YAML_INVALID x.yaml:${expected}`)
})

function bomb(): string {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi']) {
    lines.push(`${to}: &${to} [*${from}, *${from}, *${from}, *${from}, *${from}, *${from}, *${from}, *${from}]`)
  }
  return lines.join('\n')
}

test('what is no UTF-8 text is named with its line', async () => {
  expect(await refuse(Buffer.from('name: a\nb: \xfc\n', 'latin1'))).toBe('SP_YAML_INVALID x.yaml:2 The line is not UTF-8')
  expect(await refuse('name: a\n\nb: \0\n')).toBe('SP_YAML_INVALID x.yaml:3 The line has a NUL byte, so this is no text')
  expect(await refuse(Buffer.from('\ufeffname: a', 'utf16le'))).toBe('SP_YAML_INVALID x.yaml:1 The file is saved as UTF-16')
  expect(await refuse('#'.repeat(1024 * 1024 + 1))).toBe('SP_YAML_INVALID x.yaml The file is larger than 1 MB')
})

test('what is no file is said plainly', async () => {
  const missing = readDocument(file, schema, 'SP_SETTINGS_INVALID')
  await expect(missing).rejects.toMatchObject({ code: 'SP_FILE_MISSING', where: file })
  const folder = readDocument(tmpdir(), schema, 'SP_SETTINGS_INVALID')
  await expect(folder).rejects.toMatchObject({ code: 'SP_FILE_UNREADABLE', what: 'This is a folder, not a file' })
  const device = readDocument('/dev/null', schema, 'SP_SETTINGS_INVALID')
  await expect(device).rejects.toMatchObject({ code: 'SP_FILE_UNREADABLE', what: 'This is not a regular file' })
})

// Root may read everything, but follows no link that leads to itself.
test('a file that cannot be opened is said plainly', async () => {
  await symlink(file, file)
  await expect(readDocument(file, schema, 'SP_SETTINGS_INVALID')).rejects.toMatchObject({ code: 'SP_FILE_UNREADABLE' })
})

test('60,000 entries are read in the time of a breath, not of a minute', async () => {
  const many = Array.from({ length: 60_000 }, (_, index) => `  k${index}.example: low`).join('\n')
  const document = await read(`name: a\nlevels:\n${many.slice(0, 1_000_000).replace(/\n[^\n]*$/, '')}\n`)
  expect(Object.keys(document.data.levels).length).toBeGreaterThan(40_000)
})

test('no value out of the file stands in an error', async () => {
  const secret = 'hunter2-correct-horse'
  const shapes = [
    `name: [${secret}]`,
    `name: a\ncount: ${secret}`,
    `name: a\nmode: ${secret}`,
    `name: a\nway: ${secret}`,
    `name: a\nlevels: {x: ${secret}}`,
    `name: a\nlevels: ${secret}`,
    `name: a: ${secret}`,
    `name: "${secret}`,
    `name: @${secret}`,
    `name: ${secret}\nname: ${secret}`,
    secret,
  ]
  for (const shape of shapes) expect(await refuse(shape)).not.toContain(secret)
})

test('any text gives data or one error of ours', async () => {
  const words = fc.constantFrom(
    'name',
    ': ',
    '\n',
    '  ',
    '- ',
    '"',
    "'",
    '[',
    '{',
    '}',
    ']',
    '&a ',
    '*a',
    '!t ',
    '|',
    '#',
    ',',
    'x',
    '1',
    '---\n',
    '\t',
  )
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.array(words, { maxLength: 30 }).map((all) => all.join('')),
        fc.string(),
      ),
      async (text) => {
        await writeFile(file, text)
        const outcome: unknown = await readDocument(file, schema, 'SP_SETTINGS_INVALID').catch((error: unknown) => error)
        if (!(outcome instanceof Error)) return
        expect(outcome).toBeInstanceOf(SealpostError)
        expect((outcome as SealpostError).message).not.toContain('\n')
      },
    ),
    { numRuns: 500 },
  )
})
