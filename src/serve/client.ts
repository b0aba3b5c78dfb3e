import { type BlockList, isIP } from 'node:net'

/** What says for whom a request is made. */
export interface Asker {
  /** The other end of the connection. */
  readonly remote: string | undefined
  /** X-Forwarded-For, as it came. */
  readonly forwardedFor: string | undefined
}

/**
 * The address that a request comes from. Behind proxies that are trusted it is the last in X-Forwarded-For that is none of
 * them: what stands further to the left anybody can write.
 */
export function findClient({ remote, forwardedFor }: Asker, trusted: BlockList): string {
  const hops = [...(forwardedFor ?? '').slice(-2_000).split(','), remote ?? ''].map((hop) => normalize(hop.trim()))
  for (const hop of hops.toReversed().slice(0, 20)) {
    if (isIP(hop) && !isTrusted(hop, trusted)) return hop
    // What is no address stops the walk: behind it nothing can be believed.
    if (!isIP(hop)) break
  }
  return normalize(remote ?? '')
}

/** Requests of this machine itself, as far as that can be told: not those that a proxy on it passes on. */
export function isLocal({ remote, forwardedFor }: Asker): boolean {
  return forwardedFor === undefined && /^(?:127\.|::1$)/.test(normalize(remote ?? ''))
}

/** One customer has a whole /64 of IPv6 at the least. */
export function bucketOf(client: string): string {
  if (isIP(client) !== 6) return client
  const [left = '', right] = client.split('::')
  const head = left === '' ? [] : left.split(':')
  const tail = right === undefined || right === '' ? [] : right.split(':')
  const zeros = right === undefined ? [] : Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0')
  return [...head, ...zeros, ...tail].slice(0, 4).join(':')
}

function isTrusted(address: string, trusted: BlockList): boolean {
  return trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** IPv4 as it arrives at a socket of IPv6 is IPv4. */
function normalize(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}
