import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { exampleHost, exampleResult, poison } from '../../../test/support/examined.ts'
import { checkCsvHead, printCsv } from './csv.ts'
import type { CheckResult } from '../../check/index.ts'

function rows(result: CheckResult): Record<string, string>[] {
  const text = checkCsvHead + printCsv(result)
  // RFC 4180 2: CR LF ends each record, the last one too.
  expect(text).toMatch(/\r\n$/)
  return parse(text, { columns: true, record_delimiter: '\r\n' })
}

it('has a row for each finding and each weakness that was not tested', () => {
  const all = rows(exampleResult())
  expect(all.map(({ mx, rule, severity }) => [mx, rule, severity])).toEqual([
    ['', 'mx-cname', 'low'],
    ['mx.example.org', 'certificate-weak-key', 'high'],
    ['mx.example.org', 'forward-secrecy-missing', 'medium'],
    ['mx.example.org', 'heartbleed', 'high'],
    ['mx.example.org', 'slow-greeting', 'info'],
    ['mx.example.org', 'robot', 'not tested'],
    ['mx.example.org', 'ticketbleed', 'not tested'],
  ])
  expect(all[1]).toEqual({
    target: 'example.org',
    domain: 'example.org',
    mx: 'mx.example.org',
    address: '192.0.2.1',
    port: '25',
    protocol: 'smtp',
    verdict: 'valid',
    grade: 'D',
    rule: 'certificate-weak-key',
    severity: 'high',
    title: 'The key of the certificate is too short',
    evidence: 'RSA 1024 bits',
    'what to do': 'Ask the provider for a certificate with an ECDSA key, or RSA of 2,048 bits or more.',
    DANE: 'matched',
    'MTA-STS': 'enforce',
  })
})

it('has a row for a host without findings, and for a target without hosts', () => {
  expect(rows(exampleResult({ findings: [], hosts: [exampleHost({ findings: [], notTested: [] })] }))).toMatchObject([
    { mx: 'mx.example.org', verdict: 'valid', rule: '' },
  ])
  expect(rows(exampleResult({ findings: [], hosts: [], verdict: 'no-mail', grade: '–' }))).toMatchObject([
    { target: 'example.org', mx: '', verdict: 'no-mail', rule: '' },
  ])
})

it.each(['=cmd()', '+1', '-1', '@SUM(1)', '\t=1', '\r\n=1', '"\r\n"=1', '",=1,"', '\u001b[2J', '\u202e', '\u0000'])(
  'holds %j where a server wrote it, without a formula, a row or a control more (case 77)',
  (text) => {
    const all = rows(poison(exampleResult(), text))
    expect(all).toHaveLength(7)
    for (const cell of all.flatMap((row) => Object.values(row))) expect(cell).not.toMatch(/^[=+\-@\t\r]|[\u0000-\u001f\u202e]/)
  },
)
