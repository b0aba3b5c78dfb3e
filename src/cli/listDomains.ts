import { lookupMx } from '../dns/index.ts'
import { type DomainProblem, type Survey, judgeDomain } from '../list/index.ts'
import { forEachLimited } from '../parallel.ts'
import type { Settings } from '../settings/index.ts'
import type { Progress } from './progress.ts'
import { createNetwork } from './wiring.ts'

const lookups = 50

/** Asks the DNS once for each domain of a list whether it takes mail; those that do not, the largest first. */
export async function checkDomains(
  domains: Survey['domains'],
  settings: Settings,
  progress: Progress,
): Promise<readonly DomainProblem[]> {
  const { resolver } = await createNetwork(settings)
  const problems: DomainProblem[] = []
  let done = 0
  await forEachLimited([...domains], lookups, async ([domain, seen]) => {
    const { kind } = await lookupMx(resolver, domain)
    const problem = judgeDomain(domain, seen, kind === 'hosts' ? 'mail' : kind)
    if (problem) problems.push(problem)
    progress.show(++done, domains.size, domain)
  })
  progress.clear()
  return problems.toSorted((a, b) => b.count - a.count || a.line - b.line)
}
