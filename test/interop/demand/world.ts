/** A network with a signed zone, a resolver that checks signatures, and the mail servers of the scenarios. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identityOf } from '../../support/chainParty.ts'
import { type AuthorityPlan, startAuthority } from '../lab/bind.ts'
import type { Identity } from '../lab/certificate.ts'
import { type Outcome, run } from '../lab/command.ts'
import { guard } from '../lab/guard.ts'
import { createNetwork, type Host, inNamespace } from '../lab/network.ts'
import { postfix } from '../lab/postfix.ts'
import { requireSetup } from '../lab/requirement.ts'
import { type Sender, startSender } from '../lab/sender.ts'
import { type Server, startServer } from '../lab/server.ts'
import { namePrefix, sweep } from '../lab/sweep.ts'
import { startUnbound } from '../lab/unbound.ts'
import { type Scenario, namedDomain, scenarios } from './dane.ts'
import { type PolicyHost, printStsRecords, startPolicyHost } from './policyHost.ts'
import { type Parties, type ServerKind, createParties, serverKinds } from './server.ts'
import { stsHost, stsScenarios } from './sts.ts'

export interface World extends AsyncDisposable {
  readonly client: Host
  /** PEM file of the authority that signed the servers' certificates. */
  readonly authority: string
  readonly folder: string
  readonly sender: Sender
  readonly policyHost: PolicyHost
  readonly servers: ReadonlyMap<ServerKind, Server>
  run(command: readonly string[], options?: Parameters<typeof run>[1]): Promise<Outcome>
}

export const domainOf = ({ label }: { readonly label: string }): string => `${label}.test`

const hostOf = (label: string): string => `mx.${label}.test`

/** Far from the lab's others (`lab.ts`), whose names are counted from 1. */
let worlds = 1000

export async function startWorld(): Promise<World> {
  requireSetup()
  sweep()
  worlds += 1
  const prefix = namePrefix(process.pid, worlds)
  const close = guard(prefix)
  const folder = mkdtempSync(join(tmpdir(), prefix))
  try {
    const names = [...scenarios, ...stsScenarios].map(({ label }) => hostOf(label))
    const parties = await createParties([...names, stsHost], namedDomain)
    const { client, servers: hosts } = await createNetwork(prefix, ['authority', 'policy', ...serverKinds])
    const [authority, policyPlace, ...places] = hosts as [Host, Host, ...Host[]]
    const addresses = new Map(serverKinds.map((kind, index) => [kind, places[index]?.address ?? '']))
    const plan = planZones(parties, addresses, { authority: authority.address, policyHost: policyPlace.address })
    const start = async (kind: ServerKind, index: number): Promise<[ServerKind, Server]> => {
      const identity = kind === 'plain' ? undefined : writeIdentity(folder, kind, parties)
      const domain = [...scenarios, ...stsScenarios].map(domainOf).join(' ')
      const place = { host: places[index] as Host, client, folder: join(folder, kind) }
      return [kind, await startServer(postfix, { name: `${kind}.server.test`, domain, identity }, place)]
    }
    const startResolver = async (): Promise<Sender> => {
      const anchor = await startAuthority(authority, join(folder, 'authority'), plan)
      await startUnbound(client, join(folder, 'resolver'), { authority, anchor })
      return startSender(client, join(folder, 'sender'))
    }
    const starting = [
      startResolver(),
      startPolicyHost(policyPlace, join(folder, 'policy'), parties),
      Promise.all(serverKinds.map(start)),
    ] as const
    // Nothing may still be under construction when it is cleared away.
    await Promise.allSettled(starting)
    const [sender, policyHost, servers] = await Promise.all(starting)
    const trusted = join(folder, 'authority.pem')
    writeFileSync(trusted, parties.authority.pem)
    const own = join(folder, 'test')
    mkdirSync(own)
    return {
      client,
      authority: trusted,
      folder: own,
      sender,
      policyHost,
      servers: new Map(servers),
      run: (command, options) => run(inNamespace(client, command), options),
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function writeIdentity(folder: string, kind: Exclude<ServerKind, 'plain'>, { chains }: Parties): Identity {
  const [leaf, ...above] = chains[kind].sent
  if (!leaf) throw new Error(`${kind} has no certificate`)
  const { key, cert } = identityOf(leaf, ...above)
  const files = { key: join(folder, `${kind}.key`), certificate: join(folder, `${kind}.pem`) }
  writeFileSync(files.key, key)
  writeFileSync(files.certificate, cert)
  return files
}

/** An address of the network that nobody has: whoever asks there hears nothing. */
const nobody = '10.77.0.250'

function planZones(
  parties: Parties,
  addresses: ReadonlyMap<ServerKind, string>,
  places: { readonly authority: string; readonly policyHost: string },
): AuthorityPlan {
  const records = (wanted: boolean): string[] =>
    scenarios.filter(isUnsigned(wanted)).flatMap((scenario) => printScenario(scenario, parties, addresses))
  const faulty = (fault: Scenario['fault']): Scenario[] => scenarios.filter((scenario) => scenario.fault === fault)
  const spoilt = [
    ...faulty('bogus-tlsa').map(({ label }) => ({ owner: `_25._tcp.${hostOf(label)}`, type: 'TLSA' as const })),
    ...faulty('bogus-address').map(({ label }) => ({ owner: hostOf(label), type: 'A' as const })),
    ...faulty('bogus-mx').map((scenario) => ({ owner: domainOf(scenario), type: 'MX' as const })),
  ]
  // Delegated without DS: what is below is not signed.
  const parent = ['insecure NS ns.insecure', `ns.insecure A ${places.authority}`, `mute.ns A ${nobody}`]
  const sts = printStsRecords(parties, addresses, places.policyHost)
  return {
    signed: { origin: 'test', records: [...parent, ...records(false), ...sts], spoilt },
    unsigned: [{ origin: 'insecure.test', records: records(true) }],
    missing: faulty('servfail').map(({ label }) => `_tcp.${hostOf(label)}`),
  }
}

const isUnsigned =
  (wanted: boolean) =>
  ({ label }: Scenario): boolean =>
    label.endsWith('.insecure') === wanted

function printScenario(scenario: Scenario, parties: Parties, addresses: ReadonlyMap<ServerKind, string>): string[] {
  const { label, server, hosts = [label], alias, aliasOf, tlsa = [], fault } = scenario
  const domain = `${domainOf(scenario)}.`
  if (aliasOf !== undefined) return [`${domain} CNAME ${aliasOf}.test.`]
  const host = `${hostOf(label)}.`
  const lines = hosts.map((name, index) => `${domain} MX ${10 + index} ${hostOf(name)}.`)
  if (server) lines.push(`${host} A ${addresses.get(server)}`)
  if (alias !== undefined) lines.push(`${host} CNAME ${hostOf(alias)}.`)
  for (const record of tlsa) lines.push(`_25._tcp.${host} TLSA ${parties.printTlsa(record)}`)
  if (fault === 'servfail') lines.push(`_tcp.${host} NS ns.test.`)
  if (fault === 'mute') lines.push(`_tcp.${host} NS mute.ns.test.`)
  return lines
}
