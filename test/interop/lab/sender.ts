/** Postfix as a sender that heeds DANE, on the loopback of the client; and its own probe. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { run, type Outcome } from './command.ts'
import { type House, runInHouse } from './house.ts'
import { inNamespace, type Host } from './network.ts'
import { postfix } from './postfix.ts'
import { type Software, startServer } from './server.ts'

export interface Sender {
  /** Hands one message over for all of the addresses, and waits until it was tried for each. */
  send(addresses: readonly string[]): Promise<ReadonlyMap<string, Delivery>>
  /** What `posttls-finger` makes of a domain's servers: `sent` where it would hand a message over. */
  finger(domain: string): Promise<Delivery>
}

interface Delivery {
  readonly status: string
  /** The line of the log. */
  readonly said: string
  /** How it calls the connection, `Verified` or otherwise; undefined where there was none. */
  readonly tls: string | undefined
}

/** The third is an expression by default, which gives `dane` where the first says so and `may` where a policy table does. */
const dane = {
  smtp_tls_security_level: 'dane',
  smtp_dns_support_level: 'dnssec',
  smtp_tls_dane_insecure_mx_policy: 'dane',
  smtp_host_lookup: 'dns',
}

const settings = {
  ...dane,
  smtp_tls_loglevel: '1',
  smtp_tls_CApath: '', // nobody is trusted but whom DANE names
  smtp_tls_CAfile: '',
  smtp_connection_cache_on_demand: 'no', // each domain has a connection of its own to show
  disable_dns_lookups: 'no',
  mynetworks: '127.0.0.0/8 10.77.0.0/24',
  virtual_mailbox_domains: '',
  smtp_helo_name: 'client.test',
  dnssec_probe: 'ns:test', // whether the resolver checks signatures; the root is out of reach
}

/** Its resolver is the host's own; who waits for a silent server shall not wait for long. */
const resolvConf = 'nameserver 127.0.0.1\noptions edns0 trust-ad timeout:1 attempts:2\n'

const software: Software = {
  ...postfix,
  async configure(house, plan) {
    await postfix.configure(house, plan)
    await writeFile(join(house.folder, 'etc/resolv.conf'), resolvConf)
  },
}

export async function startSender(host: Host, folder: string): Promise<Sender> {
  const server = await startServer(software, { name: 'client.test', domain: '', settings }, { host, client: host, folder })
  const house: House = { host, program: 'postfix', folder }
  return {
    async send(addresses) {
      const envelope = ['--server', host.address, '--helo', 'client.test', '--from', 'news@client.test']
      const { status, stdout } = await run(inNamespace(host, ['swaks', ...envelope, '--to', addresses.join(',')]))
      if (status !== 0) throw new Error(`Postfix does not take the message:\n${stdout}`)
      return waitForDeliveries(addresses, () => server.readLog())
    },
    finger: async (domain) => readFinger(await runInHouse(house, ['posttls-finger', ...fingerOptions, domain])),
  }
}

async function waitForDeliveries(addresses: readonly string[], readLog: () => Promise<string>) {
  const deadline = Date.now() + 60_000
  for (;;) {
    const log = await readLog()
    const found = new Map(addresses.map((address) => [address, findDelivery(log, address)]))
    const missing = addresses.filter((address) => !found.get(address))
    if (missing.length === 0) return found as ReadonlyMap<string, Delivery>
    if (Date.now() > deadline) throw new Error(`Postfix did not come to ${missing.join(', ')}. Its log:\n${log}`)
    await delay(50)
  }
}

/** A process of smtp(8) sees to one destination at a time: what it said last of TLS before the delivery is about that. */
function findDelivery(log: string, address: string): Delivery | undefined {
  const lines = log.split('\n')
  const end = lines.findIndex((line) => line.includes(`to=<${address}>`) && line.includes('status='))
  const said = lines[end]
  const status = /status=(\w+)/.exec(said ?? '')?.[1]
  if (said === undefined || status === undefined) return undefined
  const process = / (postfix\/smtp\[\d+\]): /.exec(said)?.[1] ?? ''
  const own = lines.slice(0, end).filter((line) => line.includes(process))
  const before = own.slice(own.findLastIndex((line) => line.includes('status=')) + 1)
  const tls = before.map((line) => / (\w+) TLS connection established to /.exec(line)?.[1]).findLast(Boolean)
  return { status, said, tls }
}

/** No certificate is printed; nobody is trusted but whom DANE names. What it knows of DANE is in the house's main.cf. */
const fingerOptions = ['-c', '-l', 'dane', '-t', '10', '-T', '10', '-L', 'summary', '-F', '', '-P', '']

/** Its status is 0 whatever it finds. It goes on to the next host where one fails, and stays with the first that speaks. */
function readFinger({ stdout, stderr }: Outcome): Delivery {
  const said = stdout + stderr
  const tls = / (\w+) TLS connection established to /.exec(said)?.[1]
  // The same without "server" is of a certificate that nothing hung on.
  const failed = tls === undefined || /: server certificate verification failed for /.test(said)
  return { status: failed ? 'deferred' : 'sent', said, tls }
}
