import { type MailRoute, type MxRecord, isSpecialAddress, lookupAddresses, lookupMx } from '../dns/index.ts'
import { SealpostError } from '../errors.ts'
import { json, visible } from '../escape.ts'
import { groundOf, lookupHost, lookupSts } from '../ground/index.ts'
import { type Demand, type HostMemory, type Level, type Policy, decideDemand, decidePolicy } from '../policy/index.ts'
import { type Settings, loadSettings } from '../settings/index.ts'
import { parseDomain } from '../smtp/index.ts'
import { type Exit, exits } from './exit.ts'
import { openKept } from './kept.ts'
import { listSuspected, releaseHosts } from './release.ts'
import { type Network, createNetwork, createSts } from './wiring.ts'

export interface PolicyArguments {
  readonly settings?: string
  readonly level: Level
  readonly json?: boolean
  /** A host whose suspected downgrade is let go. */
  readonly release?: boolean
}

/** What one host must provide, and why. */
interface HostPolicy {
  readonly host: string
  readonly preference: number
  readonly addresses: readonly string[]
  /** Undefined where the host has no address. */
  readonly demand: Demand | undefined
  readonly note: string | undefined
  /** Nobody could tell whether DANE vouches for it. */
  readonly untested: boolean
}

/** Explains, step by step, what mail to a domain must be given. Nothing is sent, and no mail server is spoken to. */
export async function runPolicy(names: readonly string[], given: PolicyArguments): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  if (given.release) return names.length === 0 ? listSuspected(settings) : releaseHosts(names, settings)
  const domains = names.map((name) => {
    const domain = parseDomain(name)
    if (domain === undefined)
      throw new SealpostError('SP_TARGET_INVALID', { where: visible(name, 100), next: 'Name a domain, such as example.org.' })
    return domain
  })
  if (domains.length === 0) throw new SealpostError('SP_USAGE', { what: 'No domain is named' })
  const network = await createNetwork(settings)
  using kept = openKept(settings)
  const sts = createSts(settings, network, kept.cache)
  const results = []
  for (const domain of domains) {
    const route = await lookupMx(network.resolver, domain)
    // With its hosts, as sending does: a kept policy that does not name one of them is fetched anew.
    const exchanges = route.kind === 'hosts' ? route.hosts.map(({ exchange }) => exchange) : []
    const { ground } = await lookupSts(domain, sts, exchanges)
    const policy = decidePolicy({
      domain,
      campaign: given.level,
      domains: {},
      floor: settings.tls.minVersion,
      login: false,
      sts: ground,
    })
    const hosts = await describeHosts(route, policy, network, settings, kept.memory)
    results.push({ domain, route, policy, hosts })
  }
  if (given.json)
    process.stdout.write(
      `${json({ schema: 'sealpost/policy@1', dnssec: network.resolver.trust, domains: results.map(publish) })}\n`,
    )
  else for (const result of results) process.stdout.write(print(result, network))
  return exitOf(results)
}

interface DomainPolicy {
  readonly domain: string
  readonly route: MailRoute
  readonly policy: Policy
  readonly hosts: readonly HostPolicy[]
}

async function describeHosts(
  route: MailRoute,
  policy: Policy,
  network: Network,
  settings: Settings,
  memory: HostMemory,
): Promise<HostPolicy[]> {
  if (route.kind !== 'hosts') return []
  return Promise.all(route.hosts.map(async (record) => describeHost(record, route, policy, network, settings, memory)))
}

async function describeHost(
  { exchange, preference }: MxRecord,
  route: Extract<MailRoute, { kind: 'hosts' }>,
  policy: Policy,
  { resolver }: Network,
  { network }: Settings,
  memory: HostMemory,
): Promise<HostPolicy> {
  const addresses = await lookupAddresses(resolver, exchange)
  const base = { host: exchange, preference }
  if (addresses.kind !== 'addresses') {
    const note = addresses.kind === 'temporary' ? `the DNS gives no answer for now: ${addresses.detail}` : 'it has no address'
    return { ...base, addresses: [], demand: undefined, note, untested: true }
  }
  const known = await lookupHost(exchange, {
    resolver,
    addresses,
    mxSecure: route.authenticated,
    nextHop: [policy.domain, route.canonical],
    port: network.port,
  })
  const demand = decideDemand(policy, groundOf(exchange, policy, known, false, await memory.recall(exchange)))
  const usable = addresses.addresses.some((address) => network.allowPrivateAddresses || !isSpecialAddress(address))
  return {
    ...base,
    addresses: addresses.addresses,
    demand,
    untested: known.dane.kind === 'not-tested',
    note: usable ? undefined : 'its addresses lie in private networks, and are not dialled',
  }
}

function print({ domain, route, policy, hosts }: DomainPolicy, { resolver }: Network): string {
  const lines = [`${visible(domain)}: ${describeRoute(route)}`, `  you ask for ${policy.level}, ${policy.floor} or newer`]
  if (resolver.trust?.kind !== 'trusted')
    lines.push(`  DNSSEC: not believed: ${visible(resolver.trust?.reason ?? 'nothing is known of the resolver')}`)
  for (const { host, preference, demand, note } of hosts) {
    lines.push(`  MX ${preference} ${visible(host)}: ${demand ? describeDemand(demand) : 'not usable'}`)
    if (note !== undefined) lines.push(`    ${visible(note)}`)
    for (const [index, { about, words }] of (demand?.steps ?? []).entries())
      lines.push(`    ${index + 1}. ${about}: ${visible(words)}`)
    if (demand) lines.push(`    so: ${visible(demand.reason)}`)
  }
  return `${lines.join('\n')}\n`
}

const vouchers = {
  user: 'a certificate that is right for the name you gave',
  dane: 'certificates as its TLSA records say',
  sts: 'a certificate that is right for the host, which the MTA-STS policy names',
  dns: 'nobody vouches for its name',
} as const

function describeDemand(demand: Demand): string {
  if (demand.kind === 'pass-over') return 'passed over'
  const forward = demand.forwardSecrecy ? ', forward secrecy' : ''
  return `must be ${demand.level} (${demand.level === 'encrypted' || demand.level === 'opportunistic' ? 'any certificate' : vouchers[demand.voucher]}${forward})`
}

function describeRoute(route: MailRoute): string {
  switch (route.kind) {
    case 'hosts':
      return `${route.implicit ? 'no MX record, so its own address' : 'MX records'}, ${route.authenticated ? 'signed (DNSSEC)' : 'not signed, or not known to be'}`
    case 'null-mx':
      return 'it takes no mail (null MX, RFC 7505)'
    case 'nxdomain':
      return 'it does not exist'
    case 'no-address':
      return 'it has neither a mail server nor an address'
    case 'temporary':
      return `the DNS gives no answer for now: ${visible(route.detail)}`
  }
}

function publish({ domain, route, policy, hosts }: DomainPolicy) {
  return {
    domain,
    route: route.kind,
    mxAuthenticated: route.kind === 'hosts' && route.authenticated,
    level: policy.level,
    floor: policy.floor,
    id: policy.id,
    mtaSts: policy.sts,
    hosts: hosts.map(({ host, preference, addresses, demand, note }) => ({
      host,
      preference,
      addresses,
      note,
      ...(demand === undefined
        ? { demand: null }
        : demand.kind === 'use'
          ? {
              demand: demand.level,
              voucher: demand.voucher,
              forwardSecrecy: demand.forwardSecrecy,
              reason: demand.reason,
              steps: demand.steps,
            }
          : { demand: 'pass-over', cause: demand.cause, reason: demand.reason, steps: demand.steps }),
    })),
  }
}

/** 1 where mail to a host would wait whatever it shows, 3 where something could not be learnt. */
function exitOf(results: readonly DomainPolicy[]): Exit {
  const unknown = results.some(({ route, policy }) => route.kind !== 'hosts' || policy.sts.kind === 'failed')
  const exit = unknown ? exits.untested : exits.fine
  const of = results.flatMap(({ policy, hosts }) => hosts.map((host) => exitOfHost(host, policy)))
  return of.includes(exits.below) ? exits.below : of.includes(exits.untested) ? exits.untested : exit
}

function exitOfHost({ demand, untested }: HostPolicy, { sts }: Policy): Exit {
  if (!demand) return exits.untested
  if (demand.kind === 'pass-over') return demand.cause === 'dane-failed' ? exits.untested : exits.below
  // Nobody vouches for its name, so no certificate is enough.
  const vouched = demand.voucher !== 'dns' && (demand.voucher !== 'dane' || demand.mxSecure)
  if (demand.level !== 'authenticated' || vouched) return exits.fine
  return untested || sts.kind === 'failed' ? exits.untested : exits.below
}
