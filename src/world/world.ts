import { randomBytes } from 'node:crypto'
import { systemClock, type Clock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { createAuthority, type Authority } from './authority.ts'
import { startDnsServer, type DnsServer } from './dns.ts'
import { domains, type Domain } from './domains.ts'
import { closeAll, startEstate, type Host } from './estate.ts'
import type { Place } from './listener.ts'
import { createMailbox, type Mailbox } from './mailbox.ts'
import { startReceiver } from './receiver.ts'
import type { Zone } from './zone.ts'

export interface WorldOptions {
  /** Sets the pace of servers that take their time; the machine's own unless given. */
  readonly clock?: Clock
  /** Keeps whole messages; counts and Message-IDs only unless given. */
  readonly keep?: boolean
  /** The first three numbers of the servers' addresses; `127.0.0` unless given. */
  readonly network?: string
}

/** A submission server, as a provider has it: mail from those who log in. */
export interface Relay {
  readonly host: string
  readonly address: string
  /** Where STARTTLS is offered. */
  readonly port: number
  /** Where TLS begins with the first byte. */
  readonly tlsPort: number
  readonly user: string
  /** Random, another one in each world. */
  readonly password: string
}

/** A DNS server, a certificate authority, good and bad mail servers, all on this machine. */
export interface World extends AsyncDisposable {
  readonly dns: Place
  /** The DNS server itself, for its questions and to change a name. */
  readonly dnsServer: DnsServer
  /** The port of every mail server, in place of 25. */
  readonly port: number
  /** The certificate of the world's authority, to be trusted by clients. */
  readonly caPem: string
  /** To issue further certificates that clients of this world trust. */
  readonly authority: Authority
  readonly hosts: readonly Host[]
  /** Domains that stand in DNS only, or not even there. */
  readonly withoutServer: readonly { readonly domain: string; readonly about: string }[]
  readonly relay: Relay
  /** What a domain accepted, or all of them together. */
  received(domain?: string): { readonly total: number; readonly plaintext: number }
  /** What a domain accepted, one by one as far as it is kept; `relay.test` is one of them. */
  mailbox(domain: string): Mailbox
}

const withoutServer = [
  { domain: 'nomail.test', about: 'says that it takes no mail' },
  { domain: 'gone.test', about: 'does not exist' },
  { domain: 'servfail.test', about: 'cannot be looked up at the moment' },
]

/**
 * Starts the world. Every port is chosen when it starts, so that any number of them can run beside each other.
 *
 * @example
 * ```ts
 * await using world = await startWorld()
 * world.received('plain.test') // { total: 0, plaintext: 0 }
 * ```
 */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { network = '127.0.0', clock = systemClock } = options
  const authority = await createAuthority()
  const keep = options.keep ? true : 'ids'
  const names = [...domains.map(({ domain }) => domain), 'relay.test']
  const mailboxes = new Map(names.map((name) => [name, createMailbox(keep)]))
  const find = (domain: string): Mailbox => {
    const mailbox = mailboxes.get(domain)
    if (!mailbox) throw new SealpostError('SP_INTERNAL', { what: 'The world has no such domain', where: domain })
    return mailbox
  }
  const hosts = domains.map((domain, index) => describeHost(domain, `${network}.${index + 2}`))
  const parts: AsyncDisposable[] = []
  try {
    const estate = await startEstate(hosts, (domain, site) =>
      domain.start({ ...site, authority, clock, mailbox: find(domain.domain) }),
    )
    parts.push(estate)
    const relay = await startRelays(`${network}.${domains.length + 2}`, authority, find('relay.test'))
    parts.push(relay)
    const dns = await startDnsServer(describeZone(hosts, relay.account))
    parts.push(dns)
    return {
      dns: { host: dns.host, port: dns.port },
      dnsServer: dns,
      port: estate.port,
      caPem: authority.pem,
      authority,
      hosts,
      withoutServer,
      relay: relay.account,
      received(domain) {
        const boxes = domain === undefined ? [...mailboxes.values()] : [find(domain)]
        const total = boxes.reduce((sum, box) => sum + box.count, 0)
        return { total, plaintext: boxes.reduce((sum, box) => sum + box.plaintext, 0) }
      },
      mailbox: find,
      [Symbol.asyncDispose]: () => closeAll(parts),
    }
  } catch (error) {
    await closeAll(parts)
    throw error
  }
}

function describeHost({ domain, about, implicitMx }: Domain, address: string): Host {
  return { domain, mx: implicitMx ? domain : `mx.${domain}`, address, about }
}

async function startRelays(address: string, authority: Authority, mailbox: Mailbox) {
  const host = 'submission.relay.test'
  const identity = await authority.issue({ names: [host] })
  const auth = { user: 'sealpost', pass: randomBytes(18).toString('base64url') }
  const options = { host: address, port: 0, hostname: host, identity, auth, mailbox }
  const upgraded = await startReceiver(options)
  const direct = await startReceiver({ ...options, implicitTls: true })
  const account: Relay = {
    host,
    address,
    port: upgraded.port,
    tlsPort: direct.port,
    user: auth.user,
    password: auth.pass,
  }
  return { account, [Symbol.asyncDispose]: () => closeAll([upgraded, direct]) }
}

function describeZone(hosts: readonly Host[], relay: Relay): Zone {
  const zone: Record<string, Zone[string]> = {
    'nomail.test': { MX: [{ preference: 0, exchange: '.' }] },
    'servfail.test': 'SERVFAIL',
    'relay.test': {},
    [relay.host]: { A: [relay.address] },
  }
  for (const { domain, mx, address } of hosts) {
    if (domain !== mx) zone[domain] = { MX: [{ preference: 10, exchange: mx }] }
    zone[mx] = { A: [address] }
  }
  return zone
}
