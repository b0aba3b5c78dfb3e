import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { json } from '../escape.ts'
import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { describeSubject, parseFrozen } from '../campaign/index.ts'
import type { ActLeaf, Checkpoint } from '../evidence/index.ts'
import {
  type CampaignReport,
  type EvidenceStatus,
  buildReport,
  printPage,
  printRecipient,
  printReport,
  recipientHead,
} from '../report/index.ts'
import type { State } from '../queue/index.ts'
import { QueueReader, type StoredCampaign } from '../store/index.ts'
import { type Exit, exits } from './exit.ts'
import { verifyOwn } from './verify.ts'
import { software } from './version.ts'

export interface ReportArguments {
  readonly campaign?: string
  readonly format: 'text' | 'json' | 'html'
  /** Export the recipients in this state instead. */
  readonly recipients?: State
}

export async function runReport(folder: string, given: ReportArguments): Promise<Exit> {
  if (given.recipients !== undefined) return exportRecipients(folder, given.recipients, given.campaign)
  const report = await readReport(folder, given.campaign)
  process.stdout.write(print(report, given.format))
  return exitOfReport(report)
}

function print(report: CampaignReport, format: ReportArguments['format']): string {
  switch (format) {
    case 'text':
      return printReport(report, process.stdout.columns)
    case 'html':
      return printPage(report)
    case 'json':
      return `${json(report)}\n`
  }
}

/** Recipients by state as CSV, to mend a list with. */
function exportRecipients(folder: string, state: string, name?: string): Exit {
  using store = QueueReader.open(folder)
  const stored = chooseCampaign(store, folder, name)
  process.stdout.write(recipientHead)
  for (const line of store.recipients(stored.name, state)) process.stdout.write(printRecipient(line))
  return exits.fine
}

/** The report on a campaign, the last one unless it is named. */
export async function readReport(folder: string, name?: string): Promise<CampaignReport> {
  using store = QueueReader.open(folder)
  const stored = chooseCampaign(store, folder, name)
  const frozen = parseFrozen(stored.frozen)
  const { from, level } = frozen
  return buildReport({
    campaign: stored.name,
    from,
    subject: describeSubject(frozen),
    level,
    startedAt: stored.createdAt,
    now: systemClock.now(),
    software,
    intake: stored.intake,
    outcomes: store.outcomes(stored.name),
    evidence: await readEvidence(folder, store.checkpoint()),
  })
}

/** What verifying the evidence log of a data folder says; `onAct` is given each act on the way. */
export async function readEvidence(
  folder: string,
  held: Checkpoint | undefined,
  onAct?: (act: ActLeaf) => void,
): Promise<EvidenceStatus> {
  const none = { origin: null, entries: 0, root: null, key: null, failure: null, where: null, why: null }
  try {
    const { verification, key } = await verifyOwn(folder, held, onAct)
    if (verification.kind === 'failed') {
      const { failure, where, why } = verification
      return { ...none, status: 'changed', key, failure, where, why }
    }
    const { origin, checkpoint } = verification
    const { size, root } = checkpoint
    return { ...none, status: 'intact', origin, entries: size, root, key }
  } catch (error) {
    if (!(error instanceof SealpostError) || error.code !== 'SP_LOG_MISSING') throw error
    const former = existsSync(join(folder, 'evidence', 'log.jsonl'))
    return { ...none, status: 'missing', why: former ? `${error.what}. ${error.next}` : null }
  }
}

/** What a report's numbers mean for the exit status. */
export function exitOfReport({ summary, evidence }: CampaignReport): Exit {
  const gone = evidence.status === 'missing' && summary.total > summary.waiting
  if (gone || evidence.status === 'changed' || summary.held > 0 || summary.failed > 0) return exits.below
  return summary.deferred > 0 || summary.waiting > 0 ? exits.untested : exits.fine
}

/**
 * A campaign of the queue, the last one unless it is named.
 *
 * @throws SealpostError SP_USAGE
 */
export function chooseCampaign(store: QueueReader, folder: string, name?: string): StoredCampaign {
  const names = store.campaignNames()
  const chosen = name ?? names.at(-1)
  const stored = chosen === undefined ? undefined : store.campaign(chosen)
  if (stored) return stored
  throw new SealpostError('SP_USAGE', {
    where: folder,
    what: chosen === undefined ? 'No campaign was sent from this folder yet' : `There is no campaign named ${chosen}`,
    next: names.length === 0 ? 'Run sealpost send first.' : `There are: ${names.join(', ')}.`,
  })
}
