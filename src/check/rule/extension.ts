import type { TlsSurvey } from '../../tls/index.ts'
import type { HostObservation, Looked } from '../finding.ts'

/** Whether an extension is there where it should not be, or is not where it should be. */
export function lookAtExtension({ survey }: HostObservation, name: keyof TlsSurvey['extensions'], bad: boolean): Looked {
  if (!survey) return undefined
  const value = survey.extensions[name]
  // TLS 1.3 has none of them: what was never answered at an older version has no place.
  if (value === undefined) return undefined
  if (value !== bad) return { passed: true }
  const version = survey.versions.findLast(({ version, accepted }) => accepted && version < 0x0304)
  return { evidence: bad ? 'in the ServerHello' : 'offered, and not in the ServerHello', bytes: version?.evidence ?? '' }
}
