/** The zone `test.` as dnsmasq serves it, on the loopback of the client's namespace. */
import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { inNamespace, type Host } from './network.ts'

export const dnsServer = '127.0.0.1:53'

/** Serves an MX and an A record for each server; every other name in `test.` does not exist. */
export async function startDns(client: Host, servers: readonly { name: string; domain: string; host: Host }[]): Promise<void> {
  const records = servers.flatMap(({ name, domain, host }) => [
    `--mx-host=${domain},${name},10`,
    `--host-record=${name},${host.address}`,
  ])
  const options = ['--conf-file=/dev/null', '--no-daemon', '--no-resolv', '--no-hosts', '--user=root', '--pid-file=']
  const address = ['--listen-address=127.0.0.1', '--bind-interfaces', '--port=53', '--local=/test/']
  const zone = [`--host-record=client.test,${client.address}`, ...records]
  const [program = '', ...args] = inNamespace(client, ['dnsmasq', ...options, ...address, ...zone])
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  await waitUntilStarted(child.stderr)
}

/** It opens its sockets before it says that it has started. */
async function waitUntilStarted(log: Readable): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let said = ''
  log.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (said.includes('started')) resolve()
  })
  log.on('end', () => reject(new Error(`dnsmasq does not start: ${said}`)))
  return promise
}
