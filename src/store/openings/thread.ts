/** The thread that writes the evidence log and, beside it, `openings.db`. Started by `EvidenceLog`. */
import { runThread } from '../../evidence/index.ts'
import { Openings } from './openings.ts'

await runThread((folder) => Openings.open(folder))
