import type { Place, ProviderEndpoint, SendingProvider } from './sending.ts'

/**
 * Hosts that differ in their region alone, named apart by spaces.
 *
 * @example
 * ```ts
 * inRegions("smtp.*.example.org", "eu us") // [["smtp.eu.example.org", "eu"], ["smtp.us.example.org", "us"]]
 * ```
 */
export function inRegions(pattern: string, regions: string): Place['hosts'] {
  return regions.split(' ').map((region) => [pattern.replace('*', region), region] as const)
}

const securities = ['starttls', 'optional', 'implicit'] as const

/** Every host and port of a provider, one by one: by host, in the order of the directory. */
export function listEndpoints({ places }: SendingProvider): readonly ProviderEndpoint[] {
  return places.flatMap((place) =>
    place.hosts.flatMap((entry) => {
      const [host, region] = typeof entry === 'string' ? [entry] : entry
      return securities.flatMap((security) =>
        (place[security] ?? []).map((port) => ({
          host,
          port,
          protocol: place.protocol ?? 'smtp',
          security,
          region,
          seen: !place.unseen?.includes(port),
        })),
      )
    }),
  )
}
