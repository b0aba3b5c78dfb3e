import {
  type TlsSurvey,
  findWeakness,
  nameGroup,
  readCertificate,
  groupName,
  schemeName,
  readSuite,
  ssl2KindName,
  versionName,
} from '../tls/index.ts'
import type { SuiteResult, SurveyResult, strengths } from './result.ts'

/** A survey as it is shown: every number by its registered name. */
export function describeSurvey(survey: TlsSurvey): SurveyResult {
  return {
    versions: survey.versions.map(({ version, accepted }) => ({ version: nameVersion(version), accepted })),
    suites: survey.suites.filter(({ suites }) => suites.length > 0).map(describeSuites),
    groups: survey.groups
      .filter(({ groups }) => groups.length > 0)
      .map(({ version, groups, complete }) => ({
        version: nameVersion(version),
        groups: groups.map((id) => ({ id: hexId(id), name: groupName(id) })),
        complete,
      })),
    dh: survey.dh.map(({ bits, prime }) => ({ bits, name: nameGroup(Buffer.from(prime, 'hex')) })),
    certificates: survey.chains.map(({ sent, sni }) => {
      const chain = sent.flatMap((der) => readCertificate(der) ?? [])
      return { keyType: chain[0]?.keyType ?? 'unknown', chain, sni }
    }),
    schemes: survey.schemes.map((id) => schemeName(id)),
    extensions: { ...survey.extensions },
  }
}

function describeSuites({ version, order, suites, complete }: TlsSurvey['suites'][number]): SuiteResult {
  return {
    version: nameVersion(version),
    order,
    suites: suites.map(({ id }) => {
      const suite = readSuite(id)
      const base = { id: hexId(id), bits: suite?.bits ?? 0, openssl: suite?.openssl, strength: judgeStrength(id) }
      return { ...base, name: suite?.name ?? ssl2KindName(id) }
    }),
    complete,
  }
}

/** `broken` is what can be read or forged today, `weak` what should not be used any more. */
function judgeStrength(id: number): (typeof strengths)[number] {
  const suite = readSuite(id)
  const weakness = suite && findWeakness(suite)
  if (weakness === 'null' || weakness === 'export' || weakness === 'des') return 'broken'
  return weakness === undefined ? 'good' : 'weak'
}

export function nameVersion(version: number): string {
  return versionName(version) ?? hexId(version)
}

function hexId(id: number): string {
  return `0x${id.toString(16).padStart(4, '0')}`
}
