import { benchImport } from './campaign/import.ts'
import { benchPreflight } from './campaign/preflight.ts'
import { benchCampaignSend } from './campaign/send.ts'
import { type BenchResult, machine } from './measure.ts'
import type { Part } from './send/part.ts'

export const campaignParts: Readonly<Record<string, () => Promise<Part>>> = {
  import: benchImport,
  preflight: benchPreflight,
  send: benchCampaignSend,
}

/** What is done with a campaign before it is sent, and all of it at once: `send`. */
export async function benchCampaign(only: readonly string[]): Promise<BenchResult> {
  const parts: Part[] = []
  for (const [name, bench] of Object.entries(campaignParts)) {
    if (only.length === 0 || only.includes(name)) parts.push(await bench())
  }
  return {
    name: 'campaign',
    machine,
    runs: Math.max(0, ...parts.map(({ runs }) => runs)),
    rates: Object.assign({}, ...parts.map(({ rates }) => rates)) as Part['rates'],
    ratios: Object.assign({}, ...parts.map(({ ratios }) => ratios)) as Part['ratios'],
    notes: parts.flatMap(({ notes }) => notes),
  }
}
