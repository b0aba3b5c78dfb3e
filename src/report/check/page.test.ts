import { expect, it } from 'vitest'
import { exampleHost, exampleResult, poison } from '../../../test/support/examined.ts'
import type { CheckResult } from '../../check/index.ts'
import { printCheckPage } from './page.ts'

const run = { software: 'sealpost/1.2.3', level: 'encrypted', writtenAt: '2026-11-24T09:31:00.000Z' }
const silent = exampleResult({ target: 'gone.test', verdict: 'unreachable', grade: '–', findings: [], hosts: [] })
const show = (...results: readonly CheckResult[]): string => printCheckPage(results, run)

it('answers first: grade, what it means for a campaign, what to do and to write', () => {
  const page = show(exampleResult())
  const order = [
    '<span class="grade held">D</span>',
    'Mail travels encrypted.',
    'too short',
    'What to do:',
    'Subject: Encryption of mail',
  ]
  const places = order.map((text) => page.indexOf(text))
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
})

it('counts targets of which nothing is known apart', () => {
  const page = show(exampleResult(), silent)
  expect(page).toContain('1 encrypted, with weaknesses')
  expect(page).toContain('1 not known')
  expect(page).not.toContain('1 encrypted<')
})

it('lists what was not tested, and never among what is fine', () => {
  const page = show(exampleResult())
  expect(page).toContain('2 weaknesses were not tested, so neither safe nor unsafe')
  const [fine = ''] = page.split('Tested and fine').slice(1)
  expect(fine.slice(0, fine.indexOf('</p>'))).not.toMatch(/robot|ticketbleed/)
})

it('fetches nothing, runs nothing, and links nowhere but to itself', () => {
  const page = show(exampleResult(), silent)
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
  expect(page).not.toMatch(/<(?:script|img|link|iframe|object|form|base)\b|\bsrc=|@import|url\(|\bon\w+=/i)
  expect([...page.matchAll(/href="([^"]*)"/g)].map(([, to]) => to)).toEqual(['#target-1', '#target-2'])
})

/** Tags of a page as a browser would see them: our own, in whatever text. */
function tagsOf(page: string): string[] {
  return [...page.matchAll(/<\/?([a-z0-9]+)((?:\s[^<>]*)?)>/gi)].map(([tag]) => tag.replaceAll(/aria-label="[^"]*"/g, ''))
}

it.each([
  '</script><script>alert(1)</script>',
  '"><b onmouseover=x>',
  "' onload='x",
  '</style><i>',
  '</pre><u>',
  '&lt;',
  '\u001b[2J\u0000\u202e',
  '<!--',
])('holds %j in any place without becoming another page (case 77)', (text) => {
  const [page, plain] = ['plain', text].map((words) => show(poison(exampleResult({ quote: 'x' }), words), poison(silent, words)))
  expect(tagsOf(plain ?? '')).toEqual(tagsOf(page ?? ''))
  expect(plain).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|<!--/)
})

it('shows a dialogue with the ends of its lines where they were', () => {
  const [lines] = exampleHost().transcripts
  expect(lines).toHaveLength(3)
  expect(show(exampleResult())).toContain(
    '<pre>   0.001 * connected to 192.0.2.1 port 25\n   0.104 &lt; 220 mx.example.org ESMTP\n   0.105 &gt; EHLO sender.example</pre>',
  )
})
