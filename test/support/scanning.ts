import { type Found, type ScanEvent, type ScanOptions, scan } from '../../src/audit/scan/index.ts'
import { judgeFound, planFound } from '../../src/audit/index.ts'
import type { MendPlan } from '../../src/audit/mend/plan.ts'
import type { Software } from '../../src/audit/software.ts'

/** All that a scan says, without its progress. */
export async function collect(
  paths: readonly string[],
  softwares: readonly Software[],
  options: Partial<ScanOptions> = {},
  system: Parameters<typeof scan>[2] = {},
): Promise<ScanEvent[]> {
  const events: ScanEvent[] = []
  for await (const event of scan(paths, { softwares, versions: new Map(), ...options }, system))
    if (event.kind !== 'progress') events.push(event)
  return events
}

export function setupsOf(events: readonly ScanEvent[]): Found[] {
  return events.flatMap((event) => (event.kind === 'setup' ? [event.found] : []))
}

/** The first mend of what was found. */
export function mend(found: Found): MendPlan | undefined {
  return planFound(found, judgeFound(found))[0]
}
