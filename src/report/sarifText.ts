import { visible } from '../escape.ts'
import { undouble } from './undouble.ts'

/**
 * Text for a message: control characters shown; braces doubled, as they would call for an argument (3.11.5); no
 * `[words](place)`, which would be a link that a server puts into our report (3.11.6).
 */
export function sayPlainly(text: string): string {
  return undouble(visible(text, 4000)).replaceAll('](', '] (').replace(/[{}]/g, '$&$&')
}
