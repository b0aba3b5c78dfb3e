import type { ComplianceFacts } from '../facts.ts'

/** Whether SPF passes for all that mail leaves from; undefined where that is not known. */
export function hasSpf({ dns, route }: ComplianceFacts): boolean | undefined {
  if (dns.spf.kind === 'temporary') return undefined
  if (dns.spf.kind !== 'record') return false
  if (route.kind === 'relay') return dns.spfNamesRelay
  if (dns.addressesUnknown !== undefined) return undefined
  if (dns.spfResults.some(({ spf }) => spf.result === 'temperror')) return undefined
  return dns.spfResults.length > 0 && dns.spfResults.every(({ spf }) => spf.result === 'pass')
}
