import { type AnchoredLog, type JudgeTerms, judgeAnchors, lookupRecords, readAnchors } from '../anchor/index.ts'
import type { Settings } from '../settings/index.ts'
import type { Told } from './anchorTold.ts'
import { describeAnchors } from './describeAnchors.ts'
import { exits } from './exit.ts'
import { createNetwork } from './wiring.ts'

/** Whose word counts on a log's checkpoints, and where it is looked for. */
export interface ReportTerms {
  readonly witnesses: JudgeTerms['witnesses']
  readonly authorities: JudgeTerms['authorities']
  readonly dnsName: string | undefined
}

/**
 * Shows what others said of a log's checkpoints, and whether it goes with the log.
 *
 * @param evidence the folder of the log
 */
export async function reportAnchors(
  log: AnchoredLog,
  evidence: string,
  settings: Settings,
  { witnesses, authorities, dnsName }: ReportTerms,
): Promise<Told> {
  const dns =
    dnsName === undefined
      ? undefined
      : { name: dnsName, found: await lookupRecords((await createNetwork(settings)).resolver, dnsName) }
  const report = await judgeAnchors(log, await readAnchors(evidence), {
    witnesses,
    ...(authorities ? { authorities } : {}),
    ...(dns ? { dns } : {}),
  })
  const exit = report.fine ? (dns?.found.kind === 'temporary' ? exits.untested : exits.fine) : exits.below
  return { data: { action: 'show', ...report }, lines: describeAnchors(report), exit }
}
