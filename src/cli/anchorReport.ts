import {
  type AnchorReport,
  type AnchoredLog,
  type JudgeTerms,
  judgeAnchors,
  lookupRecords,
  readAnchors,
} from '../anchor/index.ts'
import type { Settings } from '../settings/index.ts'
import type { Told } from './anchorTold.ts'
import { describeAnchors } from './describeAnchors.ts'
import { type Exit, exits } from './exit.ts'
import { createNetwork } from './wiring.ts'

/** Whose word counts on a log's checkpoints, and where it is looked for. */
export interface ReportTerms {
  readonly witnesses: JudgeTerms['witnesses']
  readonly authorities: JudgeTerms['authorities']
  readonly dnsName: string | undefined
}

/**
 * Holds what others said of a log's checkpoints against the log.
 *
 * @param evidence the folder of the log
 */
export async function judgeOwnAnchors(
  log: AnchoredLog,
  evidence: string,
  settings: Settings,
  { witnesses, authorities, dnsName }: ReportTerms,
): Promise<AnchorReport> {
  const dns =
    dnsName === undefined
      ? undefined
      : { name: dnsName, found: await lookupRecords((await createNetwork(settings)).resolver, dnsName) }
  return judgeAnchors(log, await readAnchors(evidence), {
    witnesses,
    ...(authorities ? { authorities } : {}),
    ...(dns ? { dns } : {}),
  })
}

/** 0 where nothing contradicts the log, 3 where the DNS did not answer. */
export function exitOf({ fine, dns }: AnchorReport): Exit {
  return fine ? (dns?.kind === 'temporary' ? exits.untested : exits.fine) : exits.below
}

/**
 * Shows what others said of a log's checkpoints, and whether it goes with the log.
 *
 * @param evidence the folder of the log
 */
export async function reportAnchors(log: AnchoredLog, evidence: string, settings: Settings, terms: ReportTerms): Promise<Told> {
  const report = await judgeOwnAnchors(log, evidence, settings, terms)
  return { data: { action: 'show', ...report }, lines: describeAnchors(report), exit: exitOf(report) }
}
