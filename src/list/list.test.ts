import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SealpostError } from '../errors.ts'
import { countRows, createSeen, markDuplicates, openList, readList, type ListOptions, type Row } from './index.ts'
import { readRecords } from './record.ts'
import { openSource } from './source.ts'

let file = ''
beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'sealpost-')), 'list.csv')
})
afterEach(async () => {
  await rm(dirname(file), { recursive: true })
})

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

async function read(content: string | Buffer, options?: ListOptions): Promise<Row[]> {
  await writeFile(file, content)
  return collect(readList(file, options))
}

/** The rows in short: line and address, or line and what is wrong. */
async function brief(content: string | Buffer, options?: ListOptions): Promise<string[]> {
  const rows = await read(content, options)
  return rows.map((row) => `${row.line} ${row.kind === 'recipient' ? row.address.text : row.why}`)
}

async function refuse(content: string | Buffer, options?: ListOptions): Promise<string> {
  const error: unknown = await read(content, options).then(
    () => 'was accepted',
    (reason: unknown) => reason,
  )
  if (!(error instanceof SealpostError)) throw new Error(String(error), { cause: error })
  return `${error.code} ${error.where?.replace(file, 'list.csv')} ${error.what}`
}

test('a plain list gives its recipients with their columns', async () => {
  expect(await read('email,First name,ZIP-code\nada@example.org,Ada,0123\n')).toEqual([
    {
      kind: 'recipient',
      line: 2,
      address: { kind: 'address', local: 'ada', domain: 'example.org', text: 'ada@example.org', unicode: false },
      columns: { email: 'ada@example.org', First_name: 'Ada', ZIP_code: '0123' },
    },
  ])
})

test('the header comes first, with delimiter and column of addresses', async () => {
  await writeFile(file, '\ufeffName;E-Mail;address\nAda;ada@example.org;1 Main Street, Springfield\n')
  const list = await openList(file)
  expect(list).toMatchObject({ columns: ['Name', 'E_Mail', 'address'], addressColumn: 'E_Mail', delimiter: ';' })
  const columns = { Name: 'Ada', E_Mail: 'ada@example.org', address: '1 Main Street, Springfield' }
  expect(await collect(list.rows())).toMatchObject([{ line: 2, columns }])
  expect(await collect(list.rows())).toHaveLength(1)
})

test.each(['email', 'E-Mail', 'EMAIL', 'e_mail', 'Email Address', 'mail', 'Mail-Address', 'address', ' "email" '])(
  'the column %s holds addresses',
  async (name) => {
    expect(await brief(`id,${name}\n1,ada@example.org`)).toEqual(['2 ada@example.org'])
  },
)

test('the column of addresses may be named', async () => {
  const content = 'contact work,email\nada@work.example,ada@home.example\n'
  for (const addressColumn of ['contact work', 'contact_work', 'Contact-Work']) {
    expect(await brief(content, { addressColumn })).toEqual(['2 ada@work.example'])
  }
})

test.each(['\n', '\r\n', '\r'])('lines may end in %j, and a quoted field may hold some', async (end) => {
  const content = `email,note${end}a@x.org,"one${end}two"${end}${end}b@x.org,${end}   ${end},${end}c@x.org, "q ""z"" "`
  const rows = await read(content)
  expect(rows.map(({ line }) => line)).toEqual([2, 5, 8])
  expect(rows.map((row) => row.kind === 'recipient' && row.columns.note)).toEqual([`one${end}two`, '', 'q "z"'])
})

test('lines may end in several ways in one file', async () => {
  expect(await brief('email\r\na@x.org\nb@x.org\rc@x.org\r\n\n\nd@x.org')).toEqual([
    '2 a@x.org',
    '3 b@x.org',
    '4 c@x.org',
    '7 d@x.org',
  ])
})

test('tabs divide, and an empty field stays one', async () => {
  const rows = await read('email\tname\tcity\na@x.org\t\tRome\n\tBob\t\n')
  expect(rows).toMatchObject([
    { kind: 'recipient', columns: { name: '', city: 'Rome' } },
    { kind: 'invalid', line: 3, text: '', why: 'there is no address' },
  ])
})

test('a comma between quotes does not speak for the comma', async () => {
  await writeFile(file, '"name, first, or last";email\n"a,b";a@x.org')
  expect(await openList(file)).toMatchObject({ delimiter: ';', columns: ['name_first_or_last', 'email'] })
})

test('200 columns are fine', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `c${index}`)
  const rows = await read(`email,${names.join(',')}\na@x.org,${names.join(',')}\n`)
  expect(rows).toMatchObject([{ columns: { c0: 'c0', c199: 'c199' } }])
})

test('addresses come bare, quoted, with a name, and beyond ASCII', async () => {
  const content = [
    'email',
    '"a@x.org"',
    'Ada Lovelace <ada@x.org>',
    '"""Lovelace, Ada"" <Ada@X.org>"',
    '"\'b@x.org\'"',
    '"""c@x.org"""',
    '"""odd name""@x.org"',
    'jörg@Bücher.example',
    '  d@x.org  ',
    '" e@x.org "',
  ].join('\n')
  expect(await brief(content)).toEqual([
    '2 a@x.org',
    '3 ada@x.org',
    '4 Ada@x.org',
    '5 b@x.org',
    '6 c@x.org',
    '7 "odd name"@x.org',
    '8 jörg@xn--bcher-kva.example',
    '9 d@x.org',
    '10 e@x.org',
  ])
  expect(await read('email\njörg@x.org')).toMatchObject([{ address: { unicode: true } }])
})

test('a wrong row is told and leaves the others alone', async () => {
  const content = 'email,name\nada,Ada\n,Bob\nc@x.org\nd@x.org,D,extra\ne@x.org,E\na@x.org; b@x.org,F\n'
  expect(await brief(content)).toEqual([
    '2 there is no @',
    '3 there is no address',
    '4 it has 1 field, where the first line has 2',
    '5 it has 3 fields, where the first line has 2',
    '6 e@x.org',
    '7 there are two addresses in it',
  ])
  const [row] = await read(`email\n${'x'.repeat(5000)}\n`)
  expect(row).toMatchObject({ kind: 'invalid', text: `${'x'.repeat(199)}…` })
})

test.each([
  ['', 'SP_FILE_EMPTY list.csv A file is empty'],
  ['\n\r\n', 'SP_FILE_EMPTY list.csv A file is empty'],
  ['email,name\n', 'SP_LIST_NO_RECIPIENT list.csv:1 The list has the names of its columns and no row below them'],
  ['email,name\n,\n\n', 'SP_LIST_NO_RECIPIENT list.csv:1 The list has the names of its columns and no row below them'],
  ['a@x.org,Ada\nb@x.org,Bob', 'SP_LIST_INVALID list.csv:1 The first line holds an address and not the names of the columns'],
  ['\nemail,name,name\na@x.org,,', 'SP_LIST_INVALID list.csv:2 Columns 2 and 3 are both named "name"'],
  ['email,first name,first-name\na@x.org,,', 'SP_LIST_INVALID list.csv:1 Columns 2 and 3 are both named "first_name"'],
  ['name,city\nAda,Rome', 'SP_LIST_NO_ADDRESS list.csv:1 No column is named as if it held addresses: its columns are name, city'],
  ['Email,e-mail\na@x.org,b@x.org', 'SP_LIST_NO_ADDRESS list.csv:1 Columns "Email" and "e_mail" could both hold the address'],
  ['email,note\na@x.org,ok\nb@x.org,"open\nc@x.org,x\n', 'SP_LIST_INVALID list.csv:3 A quote opens here and is never closed'],
  ['email,a,b\na@x.org,"one\ntwo","open\nand more', 'SP_LIST_INVALID list.csv:3 A quote opens here and is never closed'],
  ['email,note\r\na@x.org,"x" y\r\n', 'SP_LIST_INVALID list.csv:2 A quote opens here, and after its end the field goes on'],
  ['email,note\na@x.org,"x\ny"z\n', 'SP_LIST_INVALID list.csv:2 A quote opens here, and after its end the field goes on'],
  ['email,note\na@x.org,5" pipe\n', 'SP_LIST_INVALID list.csv:2 A quote stands inside a field that does not begin with one'],
  ['"email,note\na@x.org,x\n', 'SP_LIST_INVALID list.csv:1 A quote opens here and is never closed'],
  ['email,note\na@x.org,x\nb@x.org,\0\n', 'SP_LIST_INVALID list.csv:3 The line has a NUL byte, so this is no text'],
])('%j: %s', async (content, expected) => {
  expect(await refuse(content)).toBe(expected)
})

test('a column that is not there is told with those that are', async () => {
  expect(await refuse('email,name\na@x.org,A', { addressColumn: 'work' })).toBe(
    'SP_LIST_NO_ADDRESS list.csv:1 The list has no column "work": its columns are email, name',
  )
})

test('a spreadsheet of Windows or a sheet in UTF-16 is converted, and said to be', async () => {
  const text = 'email,name\r\na@x.org,Ada\r\nb@x.org,Jürgen Ł\r\n'
  for (const [content, encoding] of [
    [Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le'],
    [Buffer.from(text, 'utf16le'), 'utf-16le'],
    [Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'utf-16be'],
    [Buffer.from(text, 'utf16le').swap16(), 'utf-16be'],
    [gzipSync(text), 'utf-8'],
  ] as const) {
    expect((await read(content))[1]).toMatchObject({ line: 3, columns: { name: 'Jürgen Ł' } })
    expect(await openList(file)).toMatchObject({ encoding, guessed: false })
  }
  const windows = Buffer.from('email,name\na@x.org,Ada\nb@x.org,Jürgen \x93x\x94 \x80\n', 'latin1')
  expect((await read(windows))[1]).toMatchObject({ columns: { name: 'Jürgen “x” €' } })
  expect(await openList(file)).toMatchObject({ encoding: 'windows-1252', guessed: true })
  const polish = Buffer.from('email,name\nb@x.org,\xa3ukasz\n', 'latin1')
  expect(await read(polish, { encoding: 'windows-1250' })).toMatchObject([{ columns: { name: 'Łukasz' } }])
})

test('what is neither is told with its line', async () => {
  const mixed = Buffer.concat([Buffer.from('email,name\na@x.org,Zoë\nb@x.org,J'), Buffer.from([0xfc]), Buffer.from('rgen\n')])
  expect(await refuse(mixed)).toBe('SP_LIST_INVALID list.csv:3 The line is not UTF-8')
  const cut = Buffer.from('email,name\na@x.org,Zoë').subarray(0, -1)
  expect(await refuse(cut)).toBe('SP_LIST_INVALID list.csv:2 The line is not UTF-8')
  const undefinedOctet = Buffer.from('email,name\na@x.org,\x81\xff\n', 'latin1')
  expect(await refuse(undefinedOctet)).toBe('SP_LIST_INVALID list.csv:2 The line is not UTF-8')
  expect(await refuse('email,name\na@x.org,x', { encoding: 'utf-9' })).toMatch(/^SP_USAGE/)
  expect(await refuse(Buffer.from('email\na@x.org\n\ud800', 'utf16le'), { encoding: 'utf-16le' })).toBe(
    'SP_LIST_INVALID list.csv:3 From about this line on, the list is not text in utf-16le',
  )
})

test.each([
  [Buffer.from('PK\x03\x04rest'), /workbook, or another ZIP/],
  [Buffer.from('d0cf11e0a1b11ae1', 'hex'), /Excel workbook of the old kind/],
  [Buffer.from('%PDF-1.7'), /a PDF/],
  [Buffer.from('[{"email":"a@x.org"}]'), /one JSON array/],
  [gzipSync('email\na@x.org\n'.repeat(1000)).subarray(0, 40), /damaged or cut off/],
])('what is no list is named: %#', async (content, expected) => {
  expect(await refuse(content)).toMatch(expected)
})

test('characters cut in two by a chunk stay whole', async () => {
  const name = 'ä€😀'.repeat(60_000)
  const rows = await read(`email,name\na@x.org,${name}\nb@x.org,x${name}\nc@x.org,xy${name}\n`)
  expect(rows.map((row) => row.kind === 'recipient' && row.columns.name?.length)).toEqual([240_000, 240_001, 240_002])
})

test('a row beyond 1 MB is refused, whether a quote was left open or not', async () => {
  const long = 'x'.repeat(10 * 1024 * 1024)
  expect(await refuse(`email,name\na@x.org,A\nb@x.org,${long}\n`)).toBe('SP_LIST_INVALID list.csv:3 The row is longer than 1 MB')
  expect(await refuse(`email,name\na@x.org,A\nb@x.org,"${long}"\n`)).toBe(
    'SP_LIST_INVALID list.csv:3 A quote opens here and is not closed within 1 MB',
  )
  const rows = 'c@x.org,x\n'.repeat(150_000)
  expect(await refuse(`email,name\na@x.org,A\nb@x.org,"\n${rows}`)).toBe(
    'SP_LIST_INVALID list.csv:3 A quote opens here and is not closed within 1 MB',
  )
})

test('what is no file is said plainly', async () => {
  await expect(openList(file)).rejects.toMatchObject({ code: 'SP_FILE_MISSING', where: file })
  await expect(openList(tmpdir())).rejects.toMatchObject({ code: 'SP_FILE_UNREADABLE', what: 'This is a folder, not a file' })
})

test('a list that changes under our hands is an error', async () => {
  await writeFile(file, 'email,name\na@x.org,A\n')
  const list = await openList(file)
  await writeFile(file, 'name,email\nA,a@x.org\n')
  await expect(collect(list.rows())).rejects.toMatchObject({ code: 'SP_LIST_INVALID', where: `${file}:1` })
})

test('columns with the names of what every object has are columns like others', async () => {
  const rows = await read('email,constructor,__proto__,toString\na@x.org,one,two,three\n')
  expect(rows).toMatchObject([{ columns: { constructor: 'one', column_3: 'two', toString: 'three' } }])
})

test('a reader that stops early leaves no file open', async () => {
  await writeFile(file, `email\n${'a@x.org\n'.repeat(200_000)}`)
  for await (const row of readList(file)) if (row.line > 10) break
  const held = async (): Promise<boolean> => {
    const links = await readdir('/proc/self/fd')
    const { readlinkSync } = await import('node:fs')
    return links.some((link) => {
      try {
        return readlinkSync(`/proc/self/fd/${link}`) === file
      } catch {
        return false
      }
    })
  }
  await expect.poll(held).toBe(false)
})

test('duplicates are told by their key, and the first row stays', async () => {
  const content = 'email\nAda@x.org\nada@X.ORG\nb@x.org\n"""b""@x.org"\nbroken\nc@bücher.example\nC@xn--bcher-kva.example\n'
  await writeFile(file, content)
  const rows = await collect(markDuplicates(readList(file), createSeen()))
  expect(rows.map(({ kind, line }) => `${line} ${kind}`)).toEqual([
    '2 recipient',
    '3 duplicate',
    '4 recipient',
    '5 duplicate',
    '6 invalid',
    '7 recipient',
    '8 duplicate',
  ])
  expect(await countRows(readList(file))).toEqual({ recipient: 3, invalid: 1, duplicate: 3 })
})

test('what is printed as CSV is read back, each record with its line', async () => {
  const field = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', ';', '\t', '\n', '\r', ' ', '😀'), maxLength: 8 })
  const records = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 8 })
  const shape = fc.record({ records, end: fc.constantFrom('\n', '\r\n', '\r'), delimiter: fc.constantFrom(',', ';', '\t') })
  await fc.assert(
    fc.asyncProperty(shape, async ({ records, end, delimiter }) => {
      const rows = records.map((fields) => fields.map((text) => `"${text.replaceAll('"', '""')}"`).join(delimiter))
      await writeFile(file, rows.join(end))
      let line = 1
      const expected = records.map((fields, index) => {
        const record = { line, fields }
        line += (`${rows[index]}${end}`.match(/\r\n|\r|\n/g) ?? []).length
        return record
      })
      expect((await collect(readRecords(await openSource(file), delimiter as ','))).flat()).toEqual(expected)
    }),
    { numRuns: 300 },
  )
})

test('any bytes give rows or one error of ours with its place', async () => {
  const piece = fc.constantFrom('email', 'a@x.org', ',', ';', '"', '""', '\n', '\r', '\r\n', ' ', '\t', 'x', 'é')
  const bytes = fc.oneof(
    fc.array(piece, { maxLength: 40 }).map((all) => Buffer.from(all.join(''))),
    fc.array(piece, { maxLength: 40 }).map((all) => Buffer.from(`email,x\n${all.join('')}`)),
    fc.uint8Array({ maxLength: 60 }).map((all) => Buffer.concat([Buffer.from('email\n'), all])),
  )
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      const outcome = await read(content).catch((error: unknown) => error)
      if (Array.isArray(outcome)) return
      expect(outcome).toBeInstanceOf(SealpostError)
      const error = outcome as SealpostError
      expect(error.what).not.toContain('changed while')
      if (error.code !== 'SP_FILE_EMPTY') expect(error.where).toMatch(/:\d+$/)
    }),
    { numRuns: 1000 },
  )
})

test('a list far larger than the memory it takes', async () => {
  const out = createWriteStream(file)
  out.write('email,name\n')
  const note = 'n'.repeat(500)
  for (let block = 0; block < 100; block++) {
    const rows = Array.from({ length: 1000 }, (_, index) => `u${block}-${index}@x.org,${note}`)
    if (!out.write(`${rows.join('\n')}\n`)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'close')
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const held: number[] = []
  for await (const { line } of readList(file)) {
    if (line % 10_000 !== 1) continue
    collectGarbage()
    const { heapUsed, external } = process.memoryUsage()
    held.push(heapUsed + external)
  }
  expect(held).toHaveLength(10)
  // The file has 50 MB; what is held must not grow with what was read.
  expect(Math.max(...held) - Math.min(...held)).toBeLessThan(25 * 1024 * 1024)
})

test.each([0, 1, 2, 3])('a character that two chunks share is read as one (%i)', async (shift) => {
  const names = `${'x'.repeat(shift)}${'é€😀'.repeat(20_000)}`
  const rows = await read(`\ufeffemail,note\n${'a@x.org,b\n'.repeat(3)}ada@example.org,${names}\n`)
  expect(rows).toHaveLength(4)
  expect(rows[3]).toMatchObject({ kind: 'recipient', columns: { note: names } })
})

test('a character that is cut off at the end of the file is refused with its line', async () => {
  expect(await refuse(Buffer.concat([Buffer.from('email,note\na@x.org,é\nb@x.org,'), Buffer.from([0xe2, 0x82])]))).toBe(
    'SP_LIST_INVALID list.csv:3 The line is not UTF-8',
  )
})
