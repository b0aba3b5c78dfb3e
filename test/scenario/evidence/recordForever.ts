/** `node recordForever.ts FOLDER`: records attempts, flushes after each few, and prints each size that is on the disk, until it is killed. */
import { aSession, anAttempt, openLog } from '../../support/evidence.ts'

const [data = ''] = process.argv.slice(2)
const log = await openLog(data)
for (let batch = 1; ; batch += 1) {
  const session = log.session(aSession())
  for (let added = 0; added < (batch * 97) % 500; added += 1) log.attempt(anAttempt({ session, number: added + 1 }))
  await log.flush()
  process.stdout.write(`${log.checkpoint.size}\n`)
}
