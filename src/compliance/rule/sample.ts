import type { ComplianceFacts } from '../facts.ts'
import type { Looked } from '../finding.ts'
import type { SampleFacts } from '../sample.ts'
import { gather } from './gather.ts'

/** Looks at each sample, and says which row it was that is worst. */
export function eachSample({ samples }: ComplianceFacts, look: (sample: SampleFacts) => Looked): Looked {
  return gather(
    samples.map((sample) => {
      const looked = look(sample)
      return looked?.kind === 'broken' ? { ...looked, evidence: `line ${sample.line}: ${looked.evidence}` } : looked
    }),
  )
}
