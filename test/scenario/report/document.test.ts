/** What is published of real dialogues keeps to the schema that is published with it. */
import { expect, it } from 'vitest'
import type { CheckResult } from '../../../src/check/index.ts'
import { type CheckFormat, createCheckPrinter } from '../../../src/report/index.ts'
import { checkDocumentSchema } from '../../../src/report/check/schema.ts'
import { type Script, spellReply } from '../../../src/world/index.ts'
import { type Scenario, checkWith } from '../../support/checkWith.ts'
import { mx, startLab } from '../../support/lab.ts'
import { goodPolicy } from '../../support/policyHost.ts'
import { checkPolicy, otherTlsa, tlsaName, tlsaOf } from '../../support/policyLab.ts'
import { sarifSchema } from '../../support/sarif.ts'

function printText(format: CheckFormat, result: CheckResult): string {
  const printer = createCheckPrinter(format, {
    verbose: true,
    colour: false,
    software: 'sealpost/1.2.3',
    level: 'encrypted',
    writtenAt: result.checkedAt,
    passed: true,
  })
  return printer.begin() + printer.line(result) + printer.end()
}

function print(format: CheckFormat, result: CheckResult): unknown {
  return JSON.parse(printText(format, result))
}

function expectPublished(result: CheckResult): void {
  const document = checkDocumentSchema.parse(print('json', result))
  expect(document.results).toMatchObject([
    { verdict: result.verdict, grade: result.grade, hosts: result.hosts.map(({ verdict }) => ({ verdict })) },
  ])
  expect(JSON.stringify(document)).not.toContain('"Buffer"')
  const [run] = sarifSchema.parse(print('sarif', result)).runs
  const found = [result, ...result.hosts].flatMap(({ findings }) => findings.map(({ rule }) => rule))
  expect(run?.results.filter(({ kind }) => kind === 'fail').map(({ ruleId }) => ruleId)).toEqual(found)
}

const scripts: Record<string, [Partial<Script>, Scenario?]> = {
  'a good server': [{}],
  'a server that is named': [{}, { target: `smtp://${mx}:25` }],
  'no STARTTLS': [{ ehlo: spellReply(250, mx, 'SIZE') }],
  'a mangled offer': [{ ehlo: spellReply(250, mx, 'XXXXXXXA'), starttls: '500 what\r\n' }],
  'STARTTLS refused': [{ starttls: '554 no\r\n' }],
  'STARTTLS put off': [{ starttls: '454 later\r\n' }],
  'words slipped in': [{ afterStarttls: '250 evil\u001b[2J {0} [a](http://b)\r\n' }],
  'something that is not TLS': [{ handshake: { bytes: 'HTTP/1.0 400\r\n' } }],
  'a refusal in the greeting': [{ greeting: '554 go away\r\n' }],
  'a refusal for now': [{ greeting: '421 busy\r\n' }],
  'a greeting that is no reply': [{ greeting: '\u0000\u009b\r\n' }],
  'a certificate for another name': [{}, { certificate: { names: ['other.test'] } }],
}

it.each(Object.entries(scripts))('%s is told as the schemas say', async (_, [script, scenario]) => {
  const { result } = await checkWith(script, scenario)
  expectPublished(result)
})

it.each([
  ['a null MX', { 'example.test': { MX: [{ preference: 0, exchange: '.' }] } }],
  ['a domain that is not there', {}],
  ['a name server that fails', { 'example.test': 'SERVFAIL' as const }],
  ['a private address', { 'example.test': { MX: [{ preference: 1, exchange: mx }] }, [mx]: { A: ['10.0.0.1'] } }],
])('%s is told as the schemas say', async (name, zone) => {
  await using lab = await startLab({ zone })
  expectPublished(await lab.check(name === 'a domain that is not there' ? 'nowhere.test' : 'example.test'))
})

const evil = '\u001b[2J<b>"\u202e'
const policies: Record<string, Parameters<typeof checkPolicy>[0]> = {
  'nothing published': {},
  'a policy that names the server': { policy: goodPolicy },
  'a policy that does not': { policy: goodPolicy.replace(mx, 'other.test') },
  'TLSA records that match': { zone: (identity) => ({ [tlsaName]: { TLSA: [tlsaOf(identity), otherTlsa], secure: true } }) },
  'TLSA records that do not': { zone: () => ({ [tlsaName]: { TLSA: [otherTlsa], secure: true } }) },
  'TLSA records that cannot be used': { zone: () => ({ [tlsaName]: { TLSA: [{ ...otherTlsa, usage: 1 }], secure: true } }) },
  'TLSA records that cannot be had': { zone: () => ({ [tlsaName]: 'servfail' }) },
  'a resolver that is not trusted': { trust: { kind: 'untrusted', reason: 'nobody knows it' } },
  'hostile records': {
    record: [`v=STSv1; id=${evil};`],
    zone: () => ({ '_smtp._tls.example.test': { TXT: [`v=TLSRPTv1; rua=mailto:a@b.test,${evil}`] } }),
  },
  'a hostile policy': { policy: `${goodPolicy}${evil}: ${evil}\nnmx: ${evil}\n` },
  'a hostile redirect': {
    policy: (_, response) => response.writeHead(302, { location: 'https://x.test/<script>"' }).end(),
  },
}

it.each(Object.entries(policies))('what is published is told as the schemas say: %s', async (_, wish) => {
  const { result } = await checkPolicy(wish)
  expectPublished(result)
  for (const format of ['text', 'csv', 'html'] as const) {
    const text = printText(format, result)
    expect(text).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u202e]/)
    if (format === 'html') expect(text).not.toMatch(/<script|<b>/)
    if (format !== 'csv') expect(text).toContain('MTA-STS')
  }
})
