import { nameGroup } from '../../tls/index.ts'
import { nameVersion } from '../describe.ts'
import type { HostObservation, Looked } from '../finding.ts'
import { explainUnlisted, lookForSuites } from './suite.ts'

/** Whether Diffie-Hellman over a prime of such a size is done. */
export function lookForDh(seen: HostObservation, isWanted: (bits: number) => boolean): Looked {
  if (!seen.survey) return undefined
  const [found] = seen.survey.dh.filter(({ bits }) => isWanted(bits))
  if (found) {
    const name = nameGroup(Buffer.from(found.prime, 'hex'))
    const evidence = `${found.bits} bits in ${nameVersion(found.version)}, ${name === undefined ? 'a prime of its own' : `the prime of ${name}`}`
    return { evidence, bytes: found.evidence }
  }
  // Each prime shows when its suite is chosen: no such suite at all is an answer, a list that has no end is none.
  const suites = lookForSuites(seen, ({ exchange }) => exchange === 'dhe')
  if (suites === undefined || typeof suites === 'string' || 'evidence' in suites)
    return lists(seen) ? { passed: true } : { untested: explainUnlisted(seen) }
  return suites
}

function lists({ survey }: HostObservation): boolean {
  return survey?.suites.every(({ version, complete }) => complete || version === 0x0304) ?? false
}
