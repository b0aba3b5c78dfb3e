import type { SignatureCheck } from '../../dkim/index.ts'
import type { ComplianceFacts } from '../facts.ts'
import type { Looked } from '../finding.ts'
import { gather } from './gather.ts'

/** Looks at each signature of the first sample. */
export function eachSignature({ signatures }: ComplianceFacts, look: (signature: SignatureCheck) => Looked): Looked {
  return gather(signatures.map((signature) => look(signature)))
}
