import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { EvidenceLog, logName } from '../evidence/index.ts'
import { printCount } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { type QueueCopy, restoreQueue } from '../store/index.ts'
import { confirmOnTerminal } from './confirm.ts'
import { readDeliveredSince } from './deliveredSince.ts'
import { type Exit, exits } from './exit.ts'
import { software } from './version.ts'

export interface RestoreArguments {
  readonly settings?: string
  readonly yes?: boolean
}

/**
 * Puts a copy of the queue back. What the evidence says was delivered after the copy was made is settled in it first, so
 * that nobody gets it twice; the evidence says what was done before it has any effect.
 */
export async function runQueueRestore(from: string, given: RestoreArguments): Promise<Exit> {
  const { data } = await loadSettings(given.settings)
  if (!existsSync(from))
    throw new SealpostError('SP_FILE_MISSING', { where: from, next: 'Name a copy that sealpost queue backup made.' })
  const replace = existsSync(join(data, 'queue.db'))
  process.stderr.write(
    `${[
      `${from} ${replace ? `takes the place of the queue in ${data}, which is kept as queue.db.replaced` : `becomes the queue in ${data}`}.`,
      'What the evidence beside it says was delivered after the copy was made is not sent again.',
      'What was taken in, given up or dropped after that is NOT in the copy.',
      'The list of addresses that get no more mail is no part of a copy: the one in the data folder stays as it is.',
    ].join('\n')}\n`,
  )
  if (!given.yes && !(await confirmOnTerminal('Do it? [y/N] '))) {
    process.stdout.write('Nothing was done.\n')
    return exits.below
  }
  let settled = 0
  await restoreQueue(from, data, {
    replace,
    prepare: async (copy) => {
      settled = await prepareCopy(copy, data)
    },
  })
  process.stdout.write(
    `The queue is put back.${settled > 0 ? ` ${printCount(settled, 'message')} had been delivered since the copy was made, and will not be sent again.` : ''}\n`,
  )
  return exits.fine
}

/** @throws SealpostError SP_LOG_DAMAGED where the evidence is not the one that the copy belongs to */
async function prepareCopy(copy: QueueCopy, folder: string): Promise<number> {
  const held = copy.checkpoint()
  const evidence = join(folder, 'evidence')
  const log = await EvidenceLog.open(evidence, systemClock, held)
  try {
    const find = await readDeliveredSince(join(evidence, logName), held?.size ?? 0)
    const now = systemClock.now()
    const settled = copy.settleDelivered(find, now)
    const detail = { entries: held?.size ?? 0, settled, software }
    log.append({ kind: 'act', time: new Date(now).toISOString(), act: 'queue-restored', detail })
    await log.flush()
    if (log.checkpoint) copy.rememberCheckpoint(log.checkpoint)
    return settled
  } finally {
    await log.close()
  }
}
