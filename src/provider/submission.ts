import { listEndpoints } from './endpoint.ts'
import type { ProviderEndpoint, SendingProvider } from './sending.ts'

/** Which of a provider's endpoints is wanted; what is left out is chosen. */
export interface SubmissionChoice {
  readonly region?: string | undefined
  readonly port?: number | undefined
}

/** Where mail is handed in at a provider; or which entry stands in the way, and a sentence of why. */
export type Submission =
  | { readonly kind: 'endpoint'; readonly endpoint: ProviderEndpoint }
  | { readonly kind: 'none'; readonly entry: 'provider' | 'region' | 'port'; readonly why: string }

/**
 * The endpoint that a campaign goes through: the first documented host of the region, on the best of its ports.
 *
 * A provider that has a host for each region keeps what it is given there: which one is not for us to guess.
 */
export function findSubmission(provider: SendingProvider, { region, port }: SubmissionChoice = {}): Submission {
  const none = (entry: 'provider' | 'region' | 'port', why: string): Submission => ({ kind: 'none', entry, why })
  const all = listEndpoints(provider).filter(({ protocol }) => protocol === 'smtp')
  if (all.length === 0) return none('provider', `${provider.name} takes mail by its API alone, not over SMTP`)
  const regions = [...new Set(all.flatMap((endpoint) => endpoint.region ?? []))]
  const wanted = region?.trim().toLowerCase()
  if (wanted !== undefined && !regions.includes(wanted))
    return none(
      'region',
      `${provider.name} has ${regions.length === 0 ? 'no regions' : `no such region: known are ${regions.join(', ')}`}`,
    )
  const general = all.some((endpoint) => endpoint.region === undefined)
  if (wanted === undefined && !general && regions.length > 1)
    return none('region', `${provider.name} has a server for each region: add region, one of ${regions.join(', ')}`)
  const here = all.filter((endpoint) => endpoint.region === (wanted ?? (general ? undefined : regions[0])))
  const host = here[0]?.host
  const ports = here.filter((endpoint) => endpoint.host === host && (port === undefined || endpoint.port === port))
  const [best] = ports.toSorted((one, other) => rank(one) - rank(other))
  if (best) return { kind: 'endpoint', endpoint: best }
  const known = here.filter((endpoint) => endpoint.host === host).map((endpoint) => endpoint.port)
  return none('port', `${host} has no such port by its documentation: known are ${[...new Set(known)].join(', ')}`)
}

/** RFC 8314 3.3: TLS from the first octet is to be preferred. RFC 6409 3.1: 587 is for submission, 25 is not. */
function rank({ seen, security, port }: ProviderEndpoint): number {
  const usual = port === 465 || port === 587 ? 0 : port === 25 ? 2 : 1
  return (seen ? 0 : 100) + (security === 'implicit' ? 0 : 10) + usual
}
