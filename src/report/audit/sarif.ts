import { json } from '../../escape.ts'
import { encodePart } from '../uri.ts'
import { sayPlainly } from '../sarifText.ts'
import type { AuditReport, AuditedSetup } from './facts.ts'

interface Rule {
  readonly id: string
  readonly title: string
  readonly level: 'error' | 'warning' | 'note'
  readonly score: string
}

/** One for each way in which settings fall short; the scores are those that check gives its severities. */
const rules: readonly Rule[] = [
  { id: 'audit-plaintext', title: 'Mail is handed over in plaintext', level: 'error', score: '8.0' },
  {
    id: 'audit-opportunistic',
    title: 'Mail is handed over in plaintext where the offer of STARTTLS is missing or hidden',
    level: 'error',
    score: '8.0',
  },
  { id: 'audit-unverified', title: 'Mail is encrypted to whoever answers', level: 'warning', score: '5.5' },
  { id: 'audit-cannot-tell', title: 'The TLS settings cannot be seen in the file', level: 'note', score: '0.0' },
]

/** An audit as SARIF 2.1.0, with file and line; what is good is left out. */
export function printAuditSarif(report: AuditReport): string {
  const [, version = '0.0.0'] = report.software.split('/')
  const results = report.setups.flatMap((setup) => describeResult(setup))
  return `${json({
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Sealpost', version, semanticVersion: version, rules: rules.map(describeRule) } },
        automationDetails: { id: 'sealpost/audit/' },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: [
              ...report.faults.map(({ file, line, words }) => ({
                level: 'warning',
                message: { text: sayPlainly(`${file} was not read: ${words}`) },
                locations: [locate(file, line ?? 1)],
              })),
              ...report.unseen.map(({ software, file, where }) => ({
                level: 'note',
                message: { text: sayPlainly(`${software.name} keeps its settings in ${where}: they cannot be seen from here`) },
                locations: [locate(file, 1)],
              })),
            ],
          },
        ],
        results,
      },
    ],
  })}\n`
}

function describeRule({ id, title, level, score }: Rule): unknown {
  return {
    id,
    shortDescription: { text: title },
    defaultConfiguration: { level },
    properties: { 'security-severity': score, tags: ['security', 'tls', 'email'] },
  }
}

function describeResult(setup: AuditedSetup): readonly unknown[] {
  const index = ruleOf(setup.rank)
  const rule = index === undefined ? undefined : rules[index]
  if (!rule) return []
  const [mend] = setup.mends
  const why = setup.meaning ?? setup.unknown ?? ''
  const reason = setup.settings[0] ? ` ${setup.settings[0].name}: ${setup.settings[0].words}.` : ''
  const change = mend ? ` Change: ${mend.changes.flatMap(({ after }) => after.map((line) => line.trim())).join('; ')}` : ''
  const help = setup.instead === undefined ? '' : ` ${setup.instead}`
  // 3.27.9: what is for a person to look at has no level.
  const kind = setup.rank === undefined ? 'review' : 'fail'
  return [
    {
      ruleId: rule.id,
      ruleIndex: index,
      level: kind === 'review' ? 'none' : rule.level,
      kind,
      message: { text: sayPlainly(`${setup.software.name}: ${why}.${reason}${change}${help}`) },
      locations: [locate(setup.file, setup.line)],
      partialFingerprints: { 'sealpostSetup/v1': [setup.file, setup.software.id, setup.setup].map(encodePart).join('/') },
    },
  ]
}

function ruleOf(rank: number | undefined): number | undefined {
  return rank === undefined ? 3 : rank === 3 ? undefined : rank
}

function locate(file: string, line: number): unknown {
  return {
    physicalLocation: {
      artifactLocation: { uri: file.split('/').map(encodePart).join('/') },
      region: { startLine: line },
    },
  }
}
