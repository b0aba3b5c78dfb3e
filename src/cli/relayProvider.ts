import type { Campaign } from '../campaign/index.ts'
import { type SendingProvider, recognise, sendingProviders } from '../provider/index.ts'

type RelayRoute = Extract<Campaign['route'], { kind: 'relay' }>

/** The provider that a relay is of: as the campaign names it, or by the relay's name. */
export function findRelayProvider({ host, provider }: Pick<RelayRoute, 'host' | 'provider'>): SendingProvider | undefined {
  const id = provider ?? recognise('host', [host])[0]?.id
  return sendingProviders.find((one) => one.id === id)
}

/** The provider's region that a host of its own belongs to, as its directory has it. */
export function findRegion({ places }: SendingProvider, host: string): string | undefined {
  const known = places.flatMap((place) => place.hosts).find((one) => typeof one !== 'string' && one[0] === host.toLowerCase())
  return typeof known === 'string' ? undefined : known?.[1]
}
