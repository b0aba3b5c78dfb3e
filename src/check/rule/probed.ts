import type { HostObservation, Looked } from '../finding.ts'
import { explainMute } from './mute.ts'
import type { ProbeName } from '../probe.ts'

/** What trying a weakness showed. */
export function lookAtProbe({ probes, survey, deep, stopped }: HostObservation, name: ProbeName): Looked {
  const probed = probes[name]
  if (!probed) {
    // Where TLS never came about there is nothing to try.
    if (!survey) return undefined
    if (!deep) return { untested: 'tried by --deep alone' }
    const why = stopped ?? explainMute(survey)
    // All was tried that has a place with such a server.
    return why === undefined ? undefined : { untested: why }
  }
  switch (probed.kind) {
    case 'vulnerable':
      return { evidence: probed.evidence, bytes: probed.bytes.toString('hex') }
    case 'safe':
    case 'not-applicable':
      return { passed: true }
    case 'not-tested':
      return { untested: probed.why }
  }
}
