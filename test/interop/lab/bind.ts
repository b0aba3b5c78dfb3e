/** BIND as an authority: zones, one of them signed with keys of this run. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type House, buildHouse, runInHouse, startInHouse } from './house.ts'
import type { Host } from './network.ts'
import { waitUntilSaid } from './wait.ts'

interface ZonePlan {
  /** Without a final dot. */
  readonly origin: string
  /** Records as a zone file has them, names within the zone relative to it. SOA and NS are added. */
  readonly records: readonly string[]
}

/** A record that is changed after the zone was signed, so that its signature is broken. */
interface Spoilt {
  /** Without a final dot. */
  readonly owner: string
  readonly type: 'A' | 'MX' | 'TLSA'
}

export interface AuthorityPlan {
  readonly signed: ZonePlan & { readonly spoilt: readonly Spoilt[] }
  readonly unsigned: readonly ZonePlan[]
  /** Zones that the server is told to have and has not: it answers SERVFAIL for all that is in them. */
  readonly missing: readonly string[]
}

/** Signs and serves; returns the key that a resolver has to trust, as a DNSKEY record. */
export async function startAuthority(host: Host, folder: string, plan: AuthorityPlan): Promise<string> {
  const house = await buildHouse(host, 'bind', folder)
  await mkdir(join(folder, 'etc/bind'))
  for (const part of ['var/zones', 'var/keys', 'var/cache/bind']) await mkdir(join(folder, part), { recursive: true })
  for (const zone of [plan.signed, ...plan.unsigned]) {
    await writeFile(join(folder, 'var/zones', zone.origin), printZone(zone, host.address))
  }
  const anchor = await sign(house, plan.signed.origin)
  await spoil(join(folder, 'var/zones', `${plan.signed.origin}.signed`), plan.signed.spoilt)
  const zones = [
    printEntry(plan.signed.origin, `${plan.signed.origin}.signed`),
    ...plan.unsigned.map(({ origin }) => printEntry(origin, origin)),
    ...plan.missing.map((origin) => printEntry(origin, 'nowhere')),
  ]
  await writeFile(join(folder, 'etc/bind/named.conf'), describe(host.address, zones))
  const started = startInHouse(house, ['named', '-g', '-c', '/etc/bind/named.conf'])
  await waitUntilSaid(started, / running$/m)
  return anchor
}

function printZone({ origin, records }: ZonePlan, address: string): string {
  const head = [`$ORIGIN ${origin}.`, '$TTL 60', `@ SOA ns hostmaster 1 3600 600 86400 60`, '@ NS ns', `ns A ${address}`]
  return `${[...head, ...records].join('\n')}\n`
}

async function sign(house: House, origin: string): Promise<string> {
  const inZones = async (...command: string[]): Promise<string> => {
    const { status, stdout, stderr } = await runInHouse(house, command)
    if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
    return stdout.trim()
  }
  const keys = ['-q', '-K', '/var/keys', '-a', 'ECDSAP256SHA256']
  const key = await inZones('dnssec-keygen', ...keys, '-f', 'KSK', origin)
  await inZones('dnssec-keygen', ...keys, origin)
  const files = ['-f', `/var/zones/${origin}.signed`, `/var/zones/${origin}`]
  await inZones('dnssec-signzone', '-q', '-S', '-K', '/var/keys', '-O', 'full', '-o', origin, ...files)
  const lines = await readFile(join(house.folder, 'var/keys', `${key}.key`), 'utf8')
  return lines.split('\n').find((line) => /^[^;].* DNSKEY /.test(line)) ?? ''
}

/** What is written in another way than it was signed. */
const edits = {
  A: (data: string) => data.replace(/\d+$/, '249'),
  MX: (data: string) => data.replace(/^\d+/, '77'),
  TLSA: (data: string) => data.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
} as const

async function spoil(file: string, spoilt: readonly Spoilt[]): Promise<void> {
  let zone = await readFile(file, 'utf8')
  for (const { owner, type } of spoilt) {
    const record = new RegExp(`^(${owner.replaceAll('.', '\\.')}\\.\\s+\\d+\\s+IN\\s+${type}\\s+)(.+)$`, 'm')
    if (!record.test(zone)) throw new Error(`The zone has no ${type} of ${owner} that could be spoilt`)
    zone = zone.replace(record, (_, head: string, data: string) => head + edits[type](data))
  }
  await writeFile(file, zone)
}

function printEntry(origin: string, file: string): string {
  return `zone "${origin}" { type primary; file "/var/zones/${file}"; };`
}

function describe(address: string, zones: readonly string[]): string {
  const options = [
    'directory "/var/cache/bind";',
    `listen-on { ${address}; };`,
    'listen-on-v6 { none; };',
    'recursion no;',
    'dnssec-validation no;',
    'notify no;',
    'pid-file none;',
    'session-keyfile none;',
  ]
  return `options {\n${options.join('\n')}\n};\ncontrols { };\n${zones.join('\n')}\n`
}
