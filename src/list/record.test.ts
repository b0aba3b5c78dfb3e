import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parse } from 'csv-parse/sync'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Source, openSource } from './source.ts'
import { readRecords } from './record.ts'

let file = ''
beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'sealpost-')), 'list.csv')
})
afterEach(async () => {
  await rm(dirname(file), { recursive: true })
})

async function fieldsOf(source: Source): Promise<string[][] | undefined> {
  const all: string[][] = []
  try {
    for await (const batch of readRecords(source, ',')) for (const { fields } of batch) all.push([...fields])
  } catch {
    return undefined
  }
  return all
}

function parseWhole(text: string): string[][] | undefined {
  try {
    return parse(text, {
      delimiter: ',',
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    })
  } catch {
    return undefined
  }
}

/** Rows of nothing but empty fields are no rows to anybody. */
function withoutEmpty(records: string[][] | undefined): string[][] | undefined {
  return records?.map((fields) => fields.map((field) => field.trim())).filter((fields) => fields.some((field) => field !== ''))
}

const piece = fc.constantFrom('a', 'é', ',', ',', '"', '""', '"x"', '"y\nz"', '\n', '\r', '\r\n', ' ', '\t', ' "q" ')

test('our reader and csv-parse read the same, or both refuse', async () => {
  let read = 0
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 24 }), async (pieces) => {
      const text = pieces.join('')
      await writeFile(file, text)
      const ours = withoutEmpty(await fieldsOf(await openSource(file)))
      if (ours) read++
      expect(ours).toEqual(withoutEmpty(parseWhole(text)))
    }),
    { numRuns: 1200 },
  )
  // The property would say nothing if nearly every text were refused.
  expect(read).toBeGreaterThan(240)
})

test('where the text is cut into chunks does not matter', async () => {
  const shape = fc.tuple(fc.array(piece, { maxLength: 24 }), fc.array(fc.nat(20), { maxLength: 6 }))
  await fc.assert(
    fc.asyncProperty(shape, async ([pieces, cuts]) => {
      const text = pieces.join('')
      await writeFile(file, text)
      const source = await openSource(file)
      async function* chunks(): AsyncGenerator<string, void> {
        let at = 0
        for (const size of cuts) {
          yield text.slice(at, at + size)
          at += size
        }
        yield text.slice(at)
      }
      expect(await fieldsOf({ ...source, text: chunks })).toEqual(await fieldsOf(source))
    }),
    { numRuns: 400 },
  )
})
