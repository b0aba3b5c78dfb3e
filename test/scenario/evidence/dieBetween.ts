/** `node dieBetween.ts FOLDER`: records attempts, and dies when their openings are on the disk and nothing of the log is. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openSigningKeys } from '../../../src/evidence/key.ts'
import { EvidenceWriter } from '../../../src/evidence/thread/writer.ts'
import { Openings } from '../../../src/store/openings/openings.ts'
import { FileStore, LogWriter } from '../../../src/tlog/index.ts'
import { anAttempt } from '../../support/evidence.ts'

const [data = ''] = process.argv.slice(2)
const { origin, signer } = await openSigningKeys(data, {})
const openings = Openings.open(data)
const writer = new EvidenceWriter(
  await LogWriter.open(new FileStore(join(data, 'evidence')), { origin, signers: [signer] }),
  {
    append: (rows, certificates) => {
      openings.append(rows, certificates)
      process.kill(process.pid, 'SIGKILL')
    },
    cutTo: (size) => openings.cutTo(size),
  },
  'committed',
)
const { key: _key, message: _message, ...facts } = anAttempt()
for (let number = 1; number <= 300; number += 1) {
  const attempt = { ...facts, number, kind: 'attempt', session: null, hashed: true } as const
  writer.append({ kind: 'append', facts: [attempt], octets: randomBytes(64), certificates: [] })
}
await writer.write()
