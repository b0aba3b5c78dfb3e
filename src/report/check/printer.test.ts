import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { exampleHost, exampleResult, poison } from '../../../test/support/examined.ts'
import { sarifSchema } from '../../../test/support/sarif.ts'
import type { CheckResult } from '../../check/index.ts'
import { type CheckFormat, checkFormats, createCheckPrinter } from './printer.ts'
import { checkDocumentSchema, checkResultSchema } from './schema.ts'

const options = {
  verbose: true,
  colour: false,
  deep: true,
  software: 'sealpost/1.2.3',
  level: 'encrypted',
  writtenAt: '2026-11-24T09:31:00.000Z',
} as const

function print(format: CheckFormat, ...results: readonly CheckResult[]): string {
  const printer = createCheckPrinter(format, options)
  return [printer.begin(), ...results.map((result) => printer.line(result)), printer.end()].join('')
}

/** C0 without the line end, DEL, C1, line separators, and what turns text round. */
const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/

const hostile = '=cmd()\u001b[2J\u0000\u009b"\'</script>\u202e\u2028\r\n.\\'

it.each(checkFormats)('%s holds no octet that steers a terminal, nor loses a result (case 77)', (format) => {
  const text = print(
    format,
    poison(exampleResult({ quote: 'x' }), hostile),
    exampleResult({ target: 'second.test', domain: 'second.test' }),
  )
  expect(text.replaceAll('\r\n', '\n')).not.toMatch(steering)
  expect(text).toContain('second.test')
  expect(text).toMatch(/\n$/)
})

it.each(checkFormats)('%s holds whatever a server writes, and stays what it is (case 77)', (format) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), (text) => {
      const shown = print(format, poison(exampleResult({ quote: 'x' }), text))
      expect(shown.replaceAll('\r\n', '\n')).not.toMatch(steering)
      if (format === 'json') checkDocumentSchema.parse(JSON.parse(shown))
      if (format === 'jsonl') checkResultSchema.parse(JSON.parse(shown))
      if (format === 'sarif') sarifSchema.parse(JSON.parse(shown))
      if (format === 'csv') expect(parse(shown, { record_delimiter: '\r\n' })).toHaveLength(8)
    }),
    { numRuns: 60 },
  )
})

it.each(checkFormats)('%s is whole where there is no result at all', (format) => {
  const text = print(format)
  if (format === 'json') expect(checkDocumentSchema.parse(JSON.parse(text)).results).toEqual([])
  else if (format === 'sarif') expect(JSON.parse(text)).toMatchObject({ runs: [{ results: [] }] })
  else if (format === 'csv') expect(text).toMatch(/^"target",.*\r\n$/)
  else if (format === 'html') expect(text).toMatch(/^<!doctype html>[^]*<\/html>\n$/)
  else expect(text).toBe('')
})

it('prints a line of JSON a result, as it comes', () => {
  const printer = createCheckPrinter('jsonl', options)
  const line = printer.line(poison(exampleResult(), hostile))
  expect(line.indexOf('\n')).toBe(line.length - 1)
  expect(checkResultSchema.parse(JSON.parse(line)).hosts[0]?.mx).toBe(hostile)
  expect(printer.end()).toBe('')
})

it('publishes what the schema names and nothing else, as octets that are kept for our own use', () => {
  const ownUse = Buffer.from('-----BEGIN PRIVATE KEY-----')
  const host = exampleHost()
  const results = [
    {
      ...exampleResult(),
      ownUse,
      hosts: [{ ...host, ownUse, tls: host.tls && { ...host.tls, ownUse }, survey: host.survey && { ...host.survey, ownUse } }],
      findings: exampleResult().findings.map((finding) => ({ ...finding, ownUse })),
    },
  ]
  for (const format of checkFormats) expect(print(format, ...results)).not.toMatch(/PRIVATE KEY|ownUse|"Buffer"|LS0tLS1CRUdJ/)
  expect(() => checkDocumentSchema.parse(JSON.parse(print('json', ...results)))).not.toThrow()
})

it('publishes every fact that a result has', () => {
  const published = checkDocumentSchema.parse(JSON.parse(print('json', exampleResult())))
  const results = JSON.parse(
    JSON.stringify(exampleResult(), (key, value: unknown) => (key === 'shown' ? undefined : value)),
  ) as unknown
  // JSON has no undefined, and certificates stand in it once, in `chain`; but for that it is all there.
  expect(published).toEqual({
    schema: 'urn:sealpost:check:1',
    software: 'sealpost/1.2.3',
    level: 'encrypted',
    results: [results],
  })
})
