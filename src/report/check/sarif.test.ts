import { expect, it } from 'vitest'
import { exampleHost, exampleResult } from '../../../test/support/examined.ts'
import { sarifSchema } from '../../../test/support/sarif.ts'
import { type CheckResult, hostRules } from '../../check/index.ts'
import { describeSarif } from './sarif.ts'
import { levels } from './sarifRule.ts'

function log(results: readonly CheckResult[], passed = false) {
  const [run] = sarifSchema.parse(describeSarif(results, { software: 'sealpost/1.2.3', passed })).runs
  if (!run) throw new Error('no run')
  return run
}

it('gives each finding its rule, its level and its place', () => {
  const { results, tool } = log([exampleResult()])
  const failed = results.filter(({ kind }) => kind === 'fail')
  expect(failed.map(({ ruleId, level }) => [ruleId, level])).toEqual([
    ['mx-cname', 'note'],
    ['certificate-weak-key', 'error'],
    ['forward-secrecy-missing', 'warning'],
    ['heartbleed', 'error'],
    ['slow-greeting', 'note'],
  ])
  expect(failed[1]?.locations[0]).toEqual({
    physicalLocation: { artifactLocation: { uri: 'mx.example.org/25' } },
    logicalLocations: [{ name: 'mx.example.org', fullyQualifiedName: 'smtp://mx.example.org:25', kind: 'resource' }],
  })
  expect(tool.driver).toMatchObject({ name: 'Sealpost', version: '1.2.3' })
})

it('describes a rule in the same words whatever its results say', () => {
  const [rule] = hostRules
  const finding = { rule: rule?.id ?? '', severity: 'low', title: 'other', evidence: 'x', why: 'other', next: 'other' } as const
  const { tool } = log([exampleResult({ findings: [], hosts: [exampleHost({ findings: [finding], notTested: [] })] })])
  expect(tool.driver.rules).toMatchObject([
    {
      id: rule?.id,
      shortDescription: { text: rule?.title },
      fullDescription: { text: rule?.why },
      help: { text: rule?.next },
      defaultConfiguration: { level: rule && levels[rule.severity] },
      properties: { 'security-severity': expect.stringMatching(/^[0-9]\.[0-9]$/) as string },
    },
  ])
})

it('leaves what was not tested to a person, and tells what is fine only when asked', () => {
  const kinds = (passed: boolean) =>
    log([exampleResult()], passed)
      .results.filter(({ kind }) => kind !== 'fail')
      .map(({ ruleId, kind, level }) => `${ruleId} ${kind} ${level}`)
  expect(kinds(false)).toEqual(['robot review none', 'ticketbleed review none'])
  expect(kinds(true)).toEqual(['robot review none', 'ticketbleed review none', 'crime pass none', 'early-ccs pass none'])
})

it('knows a finding again whatever its evidence and address are that day', () => {
  const prints = (host: ReturnType<typeof exampleHost>) =>
    log([exampleResult({ hosts: [host] })]).results.map(({ partialFingerprints }) => Object.values(partialFingerprints).join(' '))
  const [first] = exampleHost().findings
  const today = prints(exampleHost())
  const later = exampleHost({
    address: '192.0.2.77',
    findings: exampleHost().findings.map((finding) => ({ ...finding, evidence: 'other' })),
  })
  expect(prints(later)).toEqual(today)
  expect(prints(exampleHost({ port: 587 }))).not.toEqual(today)
  expect(today).toContain(`${first?.rule}/mx.example.org/25`)
})

it('says of which targets nothing can be said, instead of staying silent on them', () => {
  const silent = exampleResult({ verdict: 'unreachable', grade: '–', words: 'nothing listens there', findings: [], hosts: [] })
  const { invocations, results } = log([silent])
  expect(results).toEqual([])
  expect(invocations[0]).toMatchObject({
    executionSuccessful: true,
    toolExecutionNotifications: [
      { level: 'warning', message: { text: expect.stringContaining('nothing listens there') as string } },
    ],
  })
})

it('tells of one host among others that stayed unknown, and of one that was not asked everything', () => {
  const hosts = [
    exampleHost({ stopped: 'it began to refuse us' }),
    exampleHost({ mx: 'mx2.example.org', verdict: 'refused', grade: '–', words: 'the server refuses our address' }),
  ]
  const texts = log([exampleResult({ hosts })]).invocations[0]?.toolExecutionNotifications.map(({ message }) => message.text)
  expect(texts).toEqual([
    'Not everything was asked of mx.example.org: it began to refuse us.',
    'mx2.example.org: refused. Nothing can be said of its encryption: the server refuses our address.',
  ])
})

it('writes places that are URIs, whatever the DNS calls a host', () => {
  const names = ['a b', '../../etc', 'x:25', '\ud800', '[evil', '%', '::1', 'ü', '']
  for (const mx of names) log([exampleResult({ hosts: [exampleHost({ mx })] })])
  const six = exampleHost({ mx: '2001:db8::1', port: 993, protocol: 'imap', security: 'implicit' })
  expect(log([exampleResult({ hosts: [six] })]).results[1]?.locations[0]?.logicalLocations?.[0]?.fullyQualifiedName).toBe(
    'imaps://[2001:db8::1]:993',
  )
})
