import { type Resolver, lookupNamedHost } from '../dns/index.ts'
import { type Keys, readKeys } from '../keys.ts'
import type { Settings } from '../settings/index.ts'
import { type EndpointCheck, checkEndpoint, unsubscribeKeys } from '../unsubscribe/index.ts'

/** Milliseconds for each of the two requests. */
const patience = 10_000

const noKey: EndpointCheck = {
  kind: 'untested',
  why: 'there is no key yet in the data folder to make a link with; sealpost serve makes it when it starts there',
}

/**
 * Follows a link of our own to where the settings have it lead, with a token that unsubscribes nobody.
 *
 * @param keys those of the data folder where left out: none is made
 */
export async function checkLinks(
  baseUrl: string,
  { data, tls }: Pick<Settings, 'data' | 'tls'>,
  resolver: Resolver,
  keys?: Keys,
): Promise<EndpointCheck> {
  const known = keys ?? (await readKeys(data, unsubscribeKeys))
  if (!known) return noKey
  const lookup = async (host: string) => lookupNamedHost(resolver, host)
  return checkEndpoint(baseUrl, { keys: known, ca: tls.ca, timeoutMs: patience, lookup })
}
