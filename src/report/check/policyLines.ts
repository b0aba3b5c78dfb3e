import type { CheckResult } from '../../check/index.ts'

/** What the domain and the DNS of its hosts publish, as pairs of a head and a line; what was not asked is left out. */
export function listPolicies({ hosts, mtaSts, tlsRpt }: CheckResult): readonly (readonly [head: string, line: string])[] {
  return [
    ...tellDane(hosts).map((line) => ['DANE', line] as const),
    ...(mtaSts ? [['MTA-STS', mtaSts.words.replace('MTA-STS ', '')] as const] : []),
    ...(mtaSts?.warnings ?? []).map((line) => ['MTA-STS', line] as const),
    ...(tlsRpt ? [['TLS reports', tlsRpt.words] as const] : []),
  ]
}

/** Hosts of which the same is said share a line, each named once, whatever its addresses. */
function tellDane(hosts: CheckResult['hosts']): readonly string[] {
  const told = hosts.flatMap(({ mx, dane }) => {
    if (!dane || dane.kind === 'not-asked') return []
    return [
      { mx, line: [dane.words.replace(/: no DANE$/, ''), dane.matchWords].filter((words) => words !== undefined).join('; ') },
    ]
  })
  const lines = [...Map.groupBy(told, ({ line }) => line)]
  return lines.map(([line, same]) => {
    const names = [...new Set(same.map(({ mx }) => mx))]
    const [first = ''] = names
    // Words that name the host themselves need no name before them, nor do those on all hosts.
    if (lines.length === 1 || (names.length === 1 && line.includes(first))) return line
    return `${names.join(', ')}: ${line}`
  })
}
