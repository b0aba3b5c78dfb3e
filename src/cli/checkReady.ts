import type { Compliance } from '../compliance/index.ts'
import type { Resolver } from '../dns/index.ts'
import type { Settings } from '../settings/index.ts'
import { examineCompliance } from './compliance.ts'
import type { Ready } from './ready.ts'
import { askProvider } from './secondHop.ts'
import { openReader } from './scheduled.ts'

/** What the rules say of a campaign that is to begin. */
export interface CheckedCampaign {
  readonly campaign: string
  readonly compliance: Compliance
}

/**
 * Holds campaigns that have not begun against the rules of receivers and laws, before anything is made in the data folder:
 * of those that have, some messages are out.
 */
export async function checkReady(
  ready: readonly Ready[],
  settings: Settings,
  resolver: Resolver,
): Promise<readonly CheckedCampaign[]> {
  using queue = openReader(settings.data)
  const checks: CheckedCampaign[] = []
  for (const { campaign, frozen, samples, list, survey } of ready) {
    if (queue?.campaign(frozen.name)) continue
    const secondHop = await askProvider(campaign, settings)
    const examined = { campaign, frozen, source: samples, survey, writtenAt: await list.writtenAt(), secondHop }
    checks.push({ campaign: frozen.name, compliance: await examineCompliance(examined, settings, resolver) })
  }
  return checks
}

export function isNotReady({ compliance }: CheckedCampaign): boolean {
  return compliance.verdict === 'not ready'
}

/** The rules that keep it from being ready. */
export function brokenRules({ compliance }: CheckedCampaign): readonly string[] {
  return compliance.findings.flatMap(({ rule, severity }) => (severity === 'error' ? [rule] : []))
}
