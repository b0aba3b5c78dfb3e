import { getDomain } from 'tldts'
import type { Alignment } from './record.ts'

/**
 * The organisational domain (RFC 7489 3.2): one label below what the Public Suffix List knows as a suffix, the rules that
 * private registries added included, as receivers have it. A name that is a suffix itself, or below none, is its own.
 *
 * @param domain in A-labels, lower case
 * @example
 * ```ts
 * findOrganisation('news.shop.example.co.uk') === 'example.co.uk'
 * ```
 */
export function findOrganisation(domain: string): string {
  return getDomain(domain, { allowPrivateDomains: true, validateHostname: false }) ?? domain
}

/** Whether two domains are near enough to each other (RFC 7489 3.1). */
export function isAligned(from: string, other: string, alignment: Alignment): boolean {
  return alignment === 'strict' ? from === other : findOrganisation(from) === findOrganisation(other)
}
