import type { Looked } from '../finding.ts'

const weight = { error: 3, warning: 2, info: 1 } as const

/** Of what was said of several things the worst; what was not tested goes before what is kept. */
export function gather(all: readonly Looked[]): Looked {
  const wrong = all.filter((one) => one?.kind === 'broken')
  const [worst] = wrong.toSorted((one, other) => weight[other.severity ?? 'error'] - weight[one.severity ?? 'error'])
  return worst ?? all.find((one) => one?.kind === 'untested') ?? all.find((one) => one !== undefined)
}
