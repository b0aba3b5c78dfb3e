import type { Finding } from './finding.ts'
import type { HostStanding } from './ground.ts'

/** RFC 7672 3.1.1, RFC 7671 5.1: with usage 3 neither names nor dates nor authorities nor usages matter. */
const mootByKey: ReadonlySet<string> = new Set([
  'certificate-self-signed',
  'certificate-untrusted',
  'certificate-incomplete',
  'certificate-intermediate',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-name',
  'certificate-common-name',
  'certificate-key-usage',
  'certificate-expires-soon',
])

/** RFC 7672 3.1.2: with usage 2 the authority is the one that DNS names, whether or not anybody else trusts it. */
const mootByAuthority: ReadonlySet<string> = new Set(['certificate-untrusted', 'certificate-incomplete'])

/** Parts findings on the certificate from those that TLSA records make meaningless (cases 50, 51 and 70). */
export function partMoot(
  findings: readonly Finding[],
  standing: HostStanding | undefined,
): { readonly told: readonly Finding[]; readonly moot: readonly Finding[] } {
  if (standing?.match?.kind !== 'matched') return { told: findings, moot: [] }
  const rules = standing.match.record.usage === 3 ? mootByKey : mootByAuthority
  const isMoot = ({ rule }: Finding): boolean => rules.has(rule)
  return { told: findings.filter((finding) => !isMoot(finding)), moot: findings.filter(isMoot) }
}
