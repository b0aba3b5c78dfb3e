import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { SealpostError, systemError } from '../errors.ts'
import type { DnsServer } from './transport.ts'

/**
 * The resolvers of resolv.conf(5), at most three as there.
 *
 * @throws SealpostError SP_DNS_NO_SERVER
 */
export async function readSystemServers(path = '/etc/resolv.conf'): Promise<readonly DnsServer[]> {
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
  return servers.map((address) => ({ address, port: 53 }))
}
