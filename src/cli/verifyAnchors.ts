import { join } from 'node:path'
import { type AnchorReport, openAnchoredLog } from '../anchor/index.ts'
import { loadSettings } from '../settings/index.ts'
import type { Verifier } from '../tlog/index.ts'
import { judgeOwnAnchors } from './anchorReport.ts'
import { readAuthorities, readWitness } from './anchorTrust.ts'
import { describeAnchors } from './describeAnchors.ts'

/** Whose word counts on checkpoints, as the command line has it. */
export interface WitnessArguments {
  readonly witnessKey?: readonly string[]
  readonly tsaCa?: string
  readonly dnsName?: string
  readonly settings?: string
}

/** Holds what others said of a log's checkpoints against the log. Nothing goes to the network without `--dns-name`. */
export async function judgeFolder(
  folder: string,
  { origin, keys }: { readonly origin: string; readonly keys: readonly Verifier[] },
  given: WitnessArguments,
): Promise<AnchorReport> {
  const evidence = join(folder, 'evidence')
  return judgeOwnAnchors(
    await openAnchoredLog(evidence, { origin, logKeys: keys }),
    evidence,
    await loadSettings(given.settings),
    {
      witnesses: (given.witnessKey ?? []).map((key) => readWitness(key, '--witness-key')),
      authorities: await readAuthorities(given.tsaCa),
      dnsName: given.dnsName,
    },
  )
}

/** The same report in words, without the checkpoint, which was told before. */
export function describeWitnesses(report: AnchorReport): readonly string[] {
  if (report.anchors.length === 0 && !report.dns) {
    return ['Nobody else vouches for it: no checkpoint was anchored (sealpost anchor), or what was said of them was removed.']
  }
  return ['What others said of its checkpoints:', ...describeAnchors(report, '--witness-key').slice(1)]
}
