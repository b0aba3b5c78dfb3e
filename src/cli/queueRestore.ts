import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { EvidenceLog } from '../evidence/index.ts'
import { printCount } from '../report/index.ts'
import { type Settings, loadSettings } from '../settings/index.ts'
import { OpeningsReader, type QueueCopy, SqliteSuppressionList, restoreQueue } from '../store/index.ts'
import { confirmOnTerminal } from './confirm.ts'
import { readAttemptsSince } from './attemptsSince.ts'
import { type Exit, exits } from './exit.ts'
import { createKeyOptions } from './passphrase.ts'
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
  const settings = await loadSettings(given.settings)
  const { data } = settings
  if (!existsSync(from))
    throw new SealpostError('SP_FILE_MISSING', { where: from, next: 'Name a copy that sealpost queue backup made.' })
  const replace = existsSync(join(data, 'queue.db'))
  process.stderr.write(
    `${[
      `${from} ${replace ? `takes the place of the queue in ${data}, which is kept as queue.db.replaced` : `becomes the queue in ${data}`}.`,
      'What the evidence beside it says was delivered after the copy was made is not sent again.',
      'What was taken in, given up or dropped after that is NOT in the copy.',
      'People who were erased since are erased from it again.',
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
      settled = await prepareCopy(copy, settings)
    },
  })
  process.stdout.write(
    `The queue is put back.${settled > 0 ? ` ${printCount(settled, 'message')} had been delivered since the copy was made, and will not be sent again.` : ''}\n`,
  )
  return exits.fine
}

/** @throws SealpostError SP_LOG_DAMAGED where the evidence is not the one that the copy belongs to */
async function prepareCopy(copy: QueueCopy, { data, evidence }: Settings): Promise<number> {
  const held = copy.checkpoint()
  const log = await EvidenceLog.open(data, { clock: systemClock, domains: evidence.domains, held, ...createKeyOptions(evidence) })
  try {
    using openings = OpeningsReader.open(data)
    // What the copy remembers of the former format says nothing of where this log was then.
    const from = held && held.size <= log.size && (await log.holds(held)) ? held.size : 0
    const find = await readAttemptsSince(log, from, openings)
    const now = systemClock.now()
    const settled = copy.takeOver(find, now)
    const erased = eraseAgain(copy, data, now)
    log.act({ act: 'queue-restored', detail: { entries: from, settled, erased, software } })
    await log.flush()
    copy.rememberCheckpoint(log.checkpoint)
    return settled
  } finally {
    await log.close()
  }
}

/** Who was erased after the copy was made is not brought back by it; how many messages those are. */
function eraseAgain(copy: QueueCopy, folder: string, now: number): number {
  if (!SqliteSuppressionList.exists(folder)) return 0
  using suppressions = SqliteSuppressionList.open(folder)
  return copy.eraseAgain((keys) => suppressions.findErased(keys), now)
}
