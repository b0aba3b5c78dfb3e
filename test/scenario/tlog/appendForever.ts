/** `node appendForever.ts FOLDER KEY`: commits batch after batch and prints each size that is on the disk, until it is killed. */
import { FileStore, LogWriter, parseSigner } from '../../../src/tlog/index.ts'

const [folder = '', key = ''] = process.argv.slice(2)
const signer = parseSigner(key)
if (signer.kind === 'malformed') throw new Error(signer.why)
const writer = await LogWriter.open(new FileStore(folder), { origin: 'log.example', signers: [signer] })
for (let batch = 1; ; batch += 1) {
  for (let added = 0; added < (batch * 97) % 500; added += 1) writer.append(Buffer.from(`entry ${writer.size}`))
  await writer.commit()
  process.stdout.write(`${writer.size}\n`)
}
