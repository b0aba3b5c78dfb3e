import { json } from '../escape.ts'

/** One document: what there is of one campaign, or a list of as much for several. */
export function printAll<T>(results: readonly T[], asJson: boolean, print: (result: T) => string): void {
  process.stdout.write(asJson ? `${json(results.length === 1 ? results[0] : results)}\n` : results.map(print).join('\n'))
}
