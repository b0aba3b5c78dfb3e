import { loadSettings } from '../settings/index.ts'
import { backUpQueue } from '../store/index.ts'
import { type Exit, exits } from './exit.ts'
import { createProgress } from './progress.ts'

/** Copies the queue into a file while it may be in use. */
export async function runQueueBackup(target: string, given: { readonly settings?: string }): Promise<Exit> {
  const { data } = await loadSettings(given.settings)
  const progress = createProgress('copying')
  await backUpQueue(data, target, (done, total) => {
    progress.show(done, total, 'pages')
  })
  progress.clear()
  process.stdout.write(
    `The queue is copied to ${target}. Addresses are in it, so keep it as you keep the list. Copy the folder ${data}/evidence too, with ${data}/keys and ${data}/openings.db: the queue is put back beside its evidence only.\n`,
  )
  return exits.fine
}
