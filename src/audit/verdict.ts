import type { Mode } from './mode.ts'
import type { Reason, Verdict } from './software.ts'

/** A verdict with the settings that decide. */
export function verdict(mode: Mode, ...reasons: readonly (readonly [key: string, words: string])[]): Verdict {
  return { mode, reasons: reasons.map(([key, words]): Reason => ({ key, words })) }
}
