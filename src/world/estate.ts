import { SealpostError } from '../errors.ts'
import { domains, type Domain } from './domains.ts'
import type { Place } from './listener.ts'

/** A domain with a mail server. */
export interface Host {
  readonly domain: string
  /** The name of its mail server, which the certificate should carry. */
  readonly mx: string
  readonly address: string
  /** What the domain is like, in plain words, one clause. */
  readonly about: string
}

/** The mail servers of all domains. */
export interface Estate extends AsyncDisposable {
  readonly port: number
}

/** Starts the server of one domain. */
type Start = (domain: Domain, site: Place & { readonly mx: string }) => Promise<Place & AsyncDisposable>

/** All mail servers share a port number: the first address draws one, and the draw is repeated if another has it taken. */
export async function startEstate(hosts: readonly Host[], start: Start): Promise<Estate> {
  for (let tries = 1; ; tries++) {
    const servers: (Place & AsyncDisposable)[] = []
    try {
      for (const [index, domain] of domains.entries()) {
        const { mx = '', address = '' } = hosts[index] ?? {}
        servers.push(await start(domain, { mx, host: address, port: servers[0]?.port ?? 0 }))
      }
      return { port: servers[0]?.port ?? 0, [Symbol.asyncDispose]: () => closeAll(servers) }
    } catch (error) {
      await closeAll(servers)
      // Any free port will do for the first server: if it gets none, it is the address that is missing.
      if (servers.length === 0) throw describeMissingNetwork(hosts, error)
      const taken = error instanceof SealpostError && error.code === 'SP_PORT_IN_USE'
      if (!taken || tries === 20) throw error
    }
  }
}

function describeMissingNetwork(hosts: readonly Host[], cause: unknown): SealpostError {
  const first = hosts[0]?.address
  return new SealpostError('SP_PORT_IN_USE', {
    where: first ?? '',
    what: 'This system does not let a server listen on that loopback address',
    next: `The demo needs ${first} to ${hosts.at(-1)?.address} and one more: run it on Linux, or add them (macOS: sudo ifconfig lo0 alias ${first}, and so on).`,
    cause,
  })
}

/** Closes everything together. */
export async function closeAll(parts: readonly AsyncDisposable[]): Promise<void> {
  await Promise.all(parts.map(async (part) => part[Symbol.asyncDispose]()))
}
