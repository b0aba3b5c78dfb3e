import type { AnchoredLog } from '../anchor/index.ts'
import { visible } from '../escape.ts'
import { encodeBase64 } from '../tlog/index.ts'
import { type Exit, exits } from './exit.ts'

/** What came of anchoring: for programs, for people, and for the shell. */
export interface Told {
  readonly data: Readonly<Record<string, unknown>>
  readonly lines: readonly string[]
  readonly exit: Exit
}

const outcomes: Readonly<Record<string, Exit>> = {
  cosigned: exits.fine,
  already: exits.fine,
  verified: exits.fine,
  seen: exits.fine,
  unreachable: exits.untested,
}

/** What somebody answered about the last checkpoint of a log. */
export function tellOutcome(
  log: AnchoredLog,
  action: string,
  outcome: Readonly<Record<string, unknown>> & { readonly kind: string },
  lines: readonly string[],
): Told {
  return {
    data: { action, ...describeCheckpoint(log), outcome },
    lines: [tellCheckpoint(log), ...lines],
    exit: outcomes[outcome.kind] ?? exits.below,
  }
}

export function describeCheckpoint({ checkpoint: { origin, size, root } }: AnchoredLog) {
  return { origin, size, root: encodeBase64(root) }
}

export function tellCheckpoint({ checkpoint: { origin, size } }: AnchoredLog): string {
  return `Checkpoint of ${visible(origin, 200)}: ${size} entries.`
}
