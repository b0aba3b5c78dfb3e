import { type CipherSuite, findWeakness, readSuite, suitesBefore13 } from '../../tls/index.ts'
import type { HostObservation, Looked } from '../finding.ts'
import { nameVersion } from '../describe.ts'
import { explainMute } from './mute.ts'

/** Suites named in one piece of evidence. */
const maxNamed = 6

/** Whether a server takes suites of some kind, as far as it was asked. */
export function lookForSuites(
  seen: HostObservation,
  isWanted: (suite: CipherSuite) => boolean,
  versions: readonly number[] = [0x0300, 0x0301, 0x0302, 0x0303],
): Looked {
  const { survey, stopped } = seen
  if (!survey) return undefined
  const lists = survey.suites.filter(({ version }) => versions.includes(version))
  const found = lists.flatMap(({ version, suites }) =>
    suites.flatMap(({ id, evidence }) => {
      const suite = readSuite(id)
      return suite && isWanted(suite) ? [{ name: suite.name, version: nameVersion(version), evidence }] : []
    }),
  )
  const [first] = found
  if (first) {
    const named = found.slice(0, maxNamed).map(({ name, version }) => `${version} ${name}`)
    const more = found.length > maxNamed ? ` and ${found.length - maxNamed} more` : ''
    return { evidence: `${named.join(', ')}${more}`, bytes: first.evidence }
  }
  const mute = explainMute(survey)
  if (mute !== undefined) return { untested: stopped ?? mute }
  const told = versions.every((version) => {
    if (survey.versions.some((fact) => fact.version === version && fact.accepted === false)) return true
    const list = lists.find((list) => list.version === version)
    return list !== undefined && (list.complete || refuses(list.refused, isWanted))
  })
  return told ? { passed: true } : { untested: stopped ?? explainUnlisted(seen) }
}

/** Why a list of suites has no end. */
export function explainUnlisted({ deep }: HostObservation): string {
  return deep ? 'the server broke off without an answer that tells' : 'all suites are asked for by --deep alone'
}

export function isAnonymous(suite: CipherSuite): boolean {
  return findWeakness(suite) === 'anon'
}

/** Whether all suites of a kind were offered and refused. */
function refuses(refused: readonly number[], isWanted: (suite: CipherSuite) => boolean): boolean {
  return suitesBefore13.every((id) => {
    const suite = readSuite(id)
    return suite === undefined || !isWanted(suite) || refused.includes(id)
  })
}
