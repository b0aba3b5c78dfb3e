import { type PolicyResult, type ResolveDeps, describeResult, matchMx, resolvePolicy } from '../mtasts/index.ts'
import type { StsGround } from '../policy/index.ts'

/** What MTA-STS needs; undefined where it is not to be asked. */
export type StsDeps = ResolveDeps | undefined

export interface StsKnowledge {
  readonly ground: StsGround
  /** Undefined where nothing was asked. */
  readonly result: PolicyResult | undefined
}

/**
 * What MTA-STS says of a domain now (RFC 8461): the policy from the cache, or fetched.
 *
 * @param hosts where the domain's mail goes: a policy that does not name one of them is asked for anew before it bars the
 * host, for the domain may have moved (RFC 8461 5.1)
 */
export async function lookupSts(domain: string, deps: StsDeps, hosts: readonly string[] = []): Promise<StsKnowledge> {
  if (!deps) return { ground: { kind: 'not-asked' }, result: undefined }
  let result = await resolvePolicy(domain, deps)
  if (result.kind === 'policy' && result.source === 'cache') {
    const { policy } = result
    if (hosts.some((host) => !matchMx(policy, host))) result = await resolvePolicy(domain, { ...deps, again: true })
  }
  const words = describeResult(result, deps.clock.now())
  switch (result.kind) {
    case 'policy': {
      const { mode, id, policy, sha256 } = result
      return { ground: { kind: 'policy', mode, id, mx: policy.mx, words, sha256 }, result }
    }
    case 'none':
      return { ground: { kind: 'none' }, result }
    case 'failed':
      return { ground: { kind: 'failed', words }, result }
  }
}
