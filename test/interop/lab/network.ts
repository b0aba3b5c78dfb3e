/**
 * A network of hosts, each in a namespace of its own, joined by a bridge that stands in the client's namespace.
 * There is no route to anywhere else: the addresses exist only inside.
 */
import { runOrThrow } from './command.ts'

export interface Host {
  readonly namespace: string
  readonly address: string
}

/** Makes the client's namespace and those of the servers; what it made when it fails is the caller's to remove, by prefix. */
export async function createNetwork(prefix: string, servers: readonly string[]): Promise<{ client: Host; servers: Host[] }> {
  const client = { namespace: `${prefix}client`, address: '10.77.0.1' }
  await ip('netns', 'add', client.namespace)
  await ip('-n', client.namespace, 'link', 'set', 'lo', 'up')
  await ip('-n', client.namespace, 'link', 'add', 'bridge', 'type', 'bridge')
  await ip('-n', client.namespace, 'address', 'add', `${client.address}/24`, 'dev', 'bridge')
  await ip('-n', client.namespace, 'link', 'set', 'bridge', 'up')
  const hosts: Host[] = []
  for (const [index, name] of servers.entries()) {
    const host = { namespace: `${prefix}${name}`, address: `10.77.0.${10 + index}` }
    await attach(client, host, `port${index}`)
    hosts.push(host)
  }
  return { client, servers: hosts }
}

async function attach(client: Host, host: Host, port: string): Promise<void> {
  await ip('netns', 'add', host.namespace)
  await ip('-n', client.namespace, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', host.namespace)
  await ip('-n', client.namespace, 'link', 'set', port, 'master', 'bridge', 'up')
  await ip('-n', host.namespace, 'link', 'set', 'lo', 'up')
  await ip('-n', host.namespace, 'address', 'add', `${host.address}/24`, 'dev', 'eth0')
  await ip('-n', host.namespace, 'link', 'set', 'eth0', 'up')
}

async function ip(...args: string[]): Promise<void> {
  await runOrThrow(['ip', ...args])
}

/** The command, to be run in the namespace of the host. */
export function inNamespace(host: Host, command: readonly string[]): string[] {
  return ['ip', 'netns', 'exec', host.namespace, ...command]
}
