import type { CheckResult, HostResult, Finding } from '../../check/index.ts'
import { visible } from '../../escape.ts'
import { encodePart } from '../uri.ts'
import { printUri } from './place.ts'
import { SarifRules, levels } from './sarifRule.ts'
import { sayPlainly } from '../sarifText.ts'

/** What a log says of the run as a whole. */
export interface SarifRun {
  /** `sealpost/1.2.3`. */
  readonly software: string
  /** Whether what was tested and found fine is listed too. */
  readonly passed?: boolean
}

/**
 * Results as a log in SARIF 2.1.0 (OASIS), for whoever collects findings of many tools. Sections are those of
 * "Static Analysis Results Interchange Format (SARIF) Version 2.1.0 Plus Errata 01".
 */
export function describeSarif(results: readonly CheckResult[], run: SarifRun): Readonly<Record<string, unknown>> {
  const rules = new SarifRules()
  const described = results.flatMap((result) => describeTarget(result, rules, run.passed ?? false))
  const [, version = '0.0.0'] = run.software.split('/')
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Sealpost', version, semanticVersion: version, rules: rules.list } },
        automationDetails: { id: 'sealpost/check/' },
        // 3.20.14: the program itself went well, whatever it found.
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: results.flatMap(describeSilence) }],
        results: described,
      },
    ],
  }
}

function describeTarget(result: CheckResult, rules: SarifRules, passed: boolean): readonly unknown[] {
  const domain = result.domain ?? result.target
  const ofTarget = result.findings.map((finding) =>
    describeFinding(finding, rules, locateDomain(domain), [finding.rule, domain], { target: domain }),
  )
  return [...ofTarget, ...result.hosts.flatMap((host) => describeHost(host, domain, rules, passed))]
}

function describeHost(host: HostResult, target: string, rules: SarifRules, passed: boolean): readonly unknown[] {
  const location = locateHost(host)
  const key = (rule: string): readonly string[] => [rule, host.mx, String(host.port)]
  const properties = { target, ...(host.address === undefined ? {} : { address: host.address }) }
  const base = (rule: string) => ({
    ruleId: rule,
    level: 'none',
    locations: [location],
    partialFingerprints: fingerprint(key(rule)),
    properties,
  })
  return [
    ...host.findings.map((finding) => describeFinding(finding, rules, location, key(finding.rule), properties)),
    // 3.27.9: `review` is for what a tool could not check and there might be. `notApplicable` would say that it cannot be.
    ...host.notTested.map(({ rule, title, why }) => ({
      ...base(rule),
      ruleIndex: rules.indexOf({ rule, title }),
      kind: 'review',
      message: { text: sayPlainly(`Not tested: ${title}. ${why}`) },
    })),
    ...(passed ? host.passed : []).map((rule) => ({
      ...base(rule),
      ruleIndex: rules.indexOf({ rule }),
      kind: 'pass',
      message: { text: 'Tested and fine.' },
    })),
  ]
}

function describeFinding(
  finding: Finding,
  rules: SarifRules,
  location: unknown,
  key: readonly string[],
  properties: Readonly<Record<string, string>>,
): unknown {
  const { rule, severity, title, evidence, bytes, next } = finding
  return {
    ruleId: rule,
    ruleIndex: rules.indexOf(finding),
    kind: 'fail',
    level: levels[severity],
    message: { text: sayPlainly(`${title}. Seen: ${evidence}. ${next}`) },
    locations: [location],
    partialFingerprints: fingerprint(key),
    properties: { ...properties, severity, ...(bytes === undefined ? {} : { bytes }) },
  }
}

/** 3.58: what the run could not find out is a condition of the run, for there is no rule that it breaks. */
function describeSilence(result: CheckResult): readonly unknown[] {
  const ofHosts = result.hosts.flatMap((host) => [
    ...(host.grade === '–' ? [notifyUnknown(host.mx, host, locateHost(host))] : []),
    ...(host.stopped === undefined
      ? []
      : [notify('warning', `Not everything was asked of ${host.mx}: ${host.stopped}.`, locateHost(host))]),
  ])
  if (result.grade !== '–' || result.hosts.length > 0) return ofHosts
  return [notifyUnknown(result.target, result, locateDomain(result.target))]
}

function notifyUnknown(name: string, { verdict, words }: Pick<CheckResult, 'verdict' | 'words'>, location: unknown): unknown {
  const level = verdict === 'no-mail' ? 'note' : 'warning'
  return notify(level, `${name}: ${verdict}. Nothing can be said of its encryption: ${words}.`, location)
}

function notify(level: 'note' | 'warning', text: string, location: unknown): unknown {
  return { level, message: { text: sayPlainly(text) }, locations: [location] }
}

function locateHost(host: HostResult): unknown {
  const path = `${encodePart(host.mx)}/${host.port}`
  return locate(path, host.mx, printUri(host))
}

function locateDomain(domain: string): unknown {
  return locate(encodePart(domain), domain, domain)
}

/**
 * A mail server is no file: what it is stands in the logical location (3.33). Programs that collect logs show no result
 * without an artifact, and turn the whole log down for a scheme that is not `file`, so the artifact is a relative path.
 */
function locate(path: string, name: string, whole: string): unknown {
  return {
    physicalLocation: { artifactLocation: { uri: path } },
    logicalLocations: [{ name: visible(name), fullyQualifiedName: visible(whole), kind: 'resource' }],
  }
}

/** 3.27.17: equal from run to run, so that a finding is known again: rule, host and port, not what a day's evidence says. */
function fingerprint(key: readonly string[]): Readonly<Record<string, string>> {
  return { 'sealpostPlace/v1': key.map(encodePart).join('/') }
}
