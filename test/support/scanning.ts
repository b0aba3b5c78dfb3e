import { type Found, type ScanEvent, type ScanOptions, scan } from '../../src/audit/scan/index.ts'
import { judge, planMends } from '../../src/audit/index.ts'
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

export function judgeFound(found: Found): ReturnType<typeof judge> {
  return judge(found.software, new Map(Object.entries(found.setup.entries)), found.version?.value, found.environment)
}

/** The first mend of what was found. */
export function mend(found: Found): MendPlan | undefined {
  return planMends({ ...found, version: found.version?.value }, judgeFound(found))[0]
}
