import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { EvidenceLog } from '../evidence/index.ts'
import type { Settings } from '../settings/index.ts'
import type { QueueDatabase } from '../store/index.ts'

/**
 * Opens the evidence log beside a queue. Whoever does so holds the queue's lock: the log has one writer.
 *
 * @throws SealpostError SP_LOG_DAMAGED, or SP_STORE_DAMAGED where the queue is not the one that the log tells of
 */
export async function openEvidence(
  { data: folder, evidence }: Pick<Settings, 'data' | 'evidence'>,
  store: QueueDatabase,
): Promise<EvidenceLog> {
  const held = store.checkpoint()
  const log = await EvidenceLog.open(folder, { clock: systemClock, ...evidence, held })
  if (log.size === 0 || held || store.campaignNames().length > 0) return log
  await log.close()
  throw new SealpostError('SP_STORE_DAMAGED', {
    where: folder,
    what: 'The queue is empty, but the evidence beside it says that campaigns were sent',
    next: 'Put queue.db back from a copy, or choose another data folder: from here everybody would be written to again.',
  })
}

/** Closes it, and lets the queue remember where it ended. */
export async function closeEvidence(log: EvidenceLog, store: QueueDatabase): Promise<void> {
  await log.close()
  await store.rememberCheckpoint(log.checkpoint)
}
