/** Unbound on the loopback of a host: it asks the authority of `test.`, and checks what it is told. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildHouse, startInHouse } from './house.ts'
import type { Host } from './network.ts'
import { waitUntilSaid } from './wait.ts'

interface ResolverPlan {
  readonly authority: Host
  /** The key of `test.` as a DNSKEY record: the one thing it trusts. */
  readonly anchor: string
}

export async function startUnbound(host: Host, folder: string, { authority, anchor }: ResolverPlan): Promise<void> {
  const house = await buildHouse(host, 'unbound', folder)
  await mkdir(join(folder, 'etc/unbound'))
  const lines = [
    'server:',
    '  interface: 127.0.0.1',
    '  username: ""',
    '  chroot: ""',
    '  directory: "/etc/unbound"',
    '  pidfile: ""',
    '  use-syslog: no',
    '  verbosity: 1',
    '  do-ip6: no',
    '  module-config: "validator iterator"',
    // RFC 6761 6.2 has resolvers answer for test. themselves, which unbound does unless told otherwise.
    '  local-zone: "test." nodefault',
    `  trust-anchor: "${anchor}"`,
    'remote-control:',
    '  control-enable: no',
    'stub-zone:',
    '  name: "test."',
    `  stub-addr: ${authority.address}`,
  ]
  await writeFile(join(folder, 'etc/unbound/unbound.conf'), `${lines.join('\n')}\n`)
  const started = startInHouse(house, ['unbound', '-d', '-p', '-c', '/etc/unbound/unbound.conf'])
  await waitUntilSaid(started, /start of service/)
}
