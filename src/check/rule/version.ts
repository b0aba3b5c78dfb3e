import { nameVersion } from '../describe.ts'
import type { HostObservation, Looked } from '../finding.ts'
import { explainMute } from './mute.ts'

/** Whether a server takes one of these versions of TLS. */
export function lookForVersions({ survey, stopped }: HostObservation, versions: readonly number[]): Looked {
  if (!survey) return undefined
  const facts = survey.versions.filter(({ version }) => versions.includes(version))
  const found = facts.filter(({ accepted }) => accepted)
  if (found[0]) return { evidence: found.map(({ version }) => nameVersion(version)).join(', '), bytes: found[0].evidence }
  const mute = explainMute(survey)
  if (mute !== undefined) return { untested: stopped ?? mute }
  const told = versions.every((version) => facts.some((fact) => fact.version === version && fact.accepted === false))
  return told ? { passed: true } : { untested: stopped ?? 'the server gave no answer that tells' }
}
