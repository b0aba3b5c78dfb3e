import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SealpostError } from '../errors.ts'
import { type Row, openList, readList } from './index.ts'

let file = ''
beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'sealpost-')), 'list.jsonl')
})
afterEach(async () => {
  await rm(dirname(file), { recursive: true })
})

async function read(content: string): Promise<Row[]> {
  await writeFile(file, content)
  const rows: Row[] = []
  for await (const row of readList(file)) rows.push(row)
  return rows
}

test('each line is a row, whatever it leaves out', async () => {
  const rows = await read(
    '{"email":"a@x.org","name":"Ada","age":36,"vip":true}\r\n\n{"email":"b@x.org","tags":["x","y"],"place":{"city":"Rome"},"name":null}\n',
  )
  expect(rows).toMatchObject([
    { line: 1, columns: { email: 'a@x.org', name: 'Ada', age: '36', vip: 'true', tags: '', place_city: '' } },
    { line: 3, columns: { email: 'b@x.org', name: '', age: '', vip: '', tags: 'x, y', place_city: 'Rome' } },
  ])
  expect(await openList(file)).toMatchObject({ format: 'jsonl', delimiter: undefined, addressColumn: 'email' })
})

test('a number keeps its digits', async () => {
  expect(await read('{"email":"a@x.org","id":12345678901234567890}')).toMatchObject([{ columns: { id: '12345678901234567890' } }])
})

test.each([
  ['not json', 'the line is not JSON', undefined],
  ['[1]', 'the line is not an object of names and values', undefined],
  ['{"email":"a@x.org","x":[{}]}', 'its field "x" holds a list of more than plain values', undefined],
  [`{"email":"a@x.org","x":${'{"y":'.repeat(50)}1${'}'.repeat(50)}}`, 'its objects go deeper than 4', undefined],
  ['{"email":"a@x.org","x":"\\u0000"}', 'the control character \\x00 stands in it', 'x'],
  ['{"email":"a@x.org\\r\\nBcc: b@x.org"}', 'a line break stands in it', 'email'],
  ['{"name":"Bob"}', 'there is no address', 'email'],
])('%s', async (line, why, column) => {
  expect(await read(`{"email":"first@x.org","x":1}\n${line}\n`)).toMatchObject([
    { kind: 'recipient' },
    { kind: 'invalid', line: 2, why, column },
  ])
})

test('any lines give rows or one error of ours', async () => {
  const line = fc.oneof(fc.json(), fc.constantFrom('{', '{"email":"a@x.org"}', '"', '\0', '{"__proto__":{"a":"b"}}', ''))
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 6 }), async (lines) => {
      const outcome: unknown = await read(`{"email":"a@x.org"}\n${lines.join('\n')}`).catch((error: unknown) => error)
      if (!Array.isArray(outcome)) expect(outcome).toBeInstanceOf(SealpostError)
    }),
    { numRuns: 400 },
  )
})
