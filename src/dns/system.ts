import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { SealpostError, systemError } from '../errors.ts'
import type { DnsServer } from './exchange.ts'

/** What resolv.conf(5) says, as far as it concerns us. */
interface SystemDns {
  /** At most three, as there. */
  readonly servers: readonly DnsServer[]
  /** `options trust-ad`: whoever runs this machine vouches for the resolvers and for the path to them. */
  readonly trustAd: boolean
}

/** @throws SealpostError SP_DNS_NO_SERVER */
export async function readSystemDns(path = '/etc/resolv.conf'): Promise<SystemDns> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new SealpostError('SP_DNS_NO_SERVER', { where: path, cause: systemError(error, path) })
  }
  const servers = [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)]
    .map((match) => match[1] ?? '')
    // A scope (fe80::1%eth0) belongs to the address.
    .filter((address) => isIP(address.split('%')[0] ?? '') !== 0)
    .slice(0, 3)
  if (servers.length === 0) throw new SealpostError('SP_DNS_NO_SERVER', { where: path })
  const trustAd = [...text.matchAll(/^[ \t]*options[ \t]+(.*)$/gm)].some(([, words = '']) =>
    words.split(/\s+/).includes('trust-ad'),
  )
  return { servers: servers.map((address) => ({ address, port: 53 })), trustAd }
}

/**
 * The resolvers of resolv.conf(5) alone.
 *
 * @throws SealpostError SP_DNS_NO_SERVER
 */
export async function readSystemServers(path?: string): Promise<readonly DnsServer[]> {
  return (await readSystemDns(path)).servers
}
