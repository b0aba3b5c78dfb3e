/**
 * Evidence is escaped where it is made, and once more where it is shown, lest something slipped through. The second time
 * doubles each backslash of the first; this takes that back.
 */
export function undouble(shown: string): string {
  return shown.replaceAll('\\\\', '\\')
}
