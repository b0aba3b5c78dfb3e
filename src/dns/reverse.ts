import { isIPv4, isIPv6 } from 'node:net'
import type { Resolver } from './answer.ts'

/** What an address is called, and whether that name leads back to it. */
export type ReverseName =
  | { readonly kind: 'none' }
  /** `confirmed`: the first of the names whose own addresses hold this one (forward-confirmed reverse DNS). */
  | { readonly kind: 'names'; readonly names: readonly string[]; readonly confirmed: string | undefined }
  | { readonly kind: 'temporary'; readonly detail: string }

/** RFC 7208 4.6.4 looks at ten names of an address at the most; so do receivers that confirm them. */
const maxNames = 10

/**
 * Asks for the names of an address (RFC 1035 3.5, RFC 3596 2.5), and each of them for its addresses.
 *
 * @example
 * ```ts
 * (await lookupReverse(resolver, '192.0.2.1')).kind === 'names'
 * ```
 */
export async function lookupReverse(resolver: Resolver, address: string): Promise<ReverseName> {
  const answer = await resolver.query(nameReverse(address), 'PTR')
  if (answer.kind === 'failure') return { kind: 'temporary', detail: answer.detail }
  if (answer.kind !== 'records') return { kind: 'none' }
  const names = answer.records.slice(0, maxNames)
  let failure: string | undefined
  for (const name of names) {
    const type = isIPv4(address) ? 'A' : 'AAAA'
    const forward = await resolver.query(name, type)
    if (forward.kind === 'failure') failure ??= forward.detail
    else if (forward.kind === 'records' && forward.records.some((one) => nameReverse(one) === nameReverse(address)))
      return { kind: 'names', names, confirmed: name }
  }
  // One that could not be asked may be the one that leads back.
  return failure === undefined ? { kind: 'names', names, confirmed: undefined } : { kind: 'temporary', detail: failure }
}

/** The name that the names of an address stand at: `1.2.0.192.in-addr.arpa`. Of what is no address, the empty text. */
export function nameReverse(address: string): string {
  if (isIPv4(address)) return `${address.split('.').toReversed().join('.')}.in-addr.arpa`
  const nibbles = isIPv6(address) ? listNibbles(address) : ''
  return nibbles === '' ? '' : `${nibbles.split('').toReversed().join('.')}.ip6.arpa`
}

/** The 32 hexadecimal digits of an IPv6 address. */
function listNibbles(address: string): string {
  const [bare = ''] = address.split('%')
  const plain = bare.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a: string, b: string, c: string, d: string) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  )
  const [head = '', tail] = plain.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...gap, ...after].map((group) => group.padStart(4, '0').toLowerCase()).join('')
}
