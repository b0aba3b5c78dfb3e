import { access } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { z } from 'zod'
import { readAuthorities } from './authority.ts'
import type { DeliveryRuleSetting, LaneLimits } from './delivery.ts'
import { readDocument } from './document.ts'
import type { Held } from './held.ts'
import { type Endpoint, type NameServer, type SourceAddresses, guessHostname } from './host.ts'
import { settingsSchema } from './schema.ts'

/** All settings, every one filled in: plain data. Durations are milliseconds, paths absolute. */
export interface Settings {
  /** Folder of the queue and the evidence. */
  readonly data: string
  /** What EHLO says. */
  readonly hostname: string
  readonly dns: {
    /** Empty means those of /etc/resolv.conf. */
    readonly servers: readonly NameServer[]
    readonly timeout: number
    readonly tries: number
    readonly trustAd: 'auto' | 'yes' | 'no'
    readonly trustTest: { readonly signed: string; readonly broken: string }
  }
  readonly tls: {
    /** Further trusted authorities, a PEM text each. */
    readonly ca: readonly string[]
    readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
  }
  readonly network: {
    readonly allowPrivateAddresses: boolean
    readonly port: number
    /** Addresses of this machine that mail leaves from. */
    readonly source?: SourceAddresses | undefined
    readonly ipv6: 'auto' | 'off'
  }
  readonly policy: {
    readonly mtaSts: boolean
    readonly port: number
  }
  readonly server: ServerSettings
  readonly delivery: {
    /** At a time, in all. */
    readonly connections: number
    /** Messages leased and not settled, at a time. */
    readonly inFlight: number
    /** For each provider, and for each set of hosts of no provider. */
    readonly lane: LaneLimits
    /** The first that matches counts. */
    readonly rules: readonly DeliveryRuleSetting[]
    /** Waits after the first, second … failed try; the last is repeated. */
    readonly retry: readonly number[]
    readonly giveUp: number
    /** For campaigns that do not say it themselves. */
    readonly held: Held
    /** How long SIGTERM waits for what is in flight. */
    readonly shutdown: number
    readonly pipelining: 'across' | 'within' | 'none'
    readonly chunking: 'auto' | 'never'
    readonly timeouts: {
      readonly connect: number
      readonly greeting: number
      readonly command: number
      readonly data: number
      readonly block: number
      readonly dot: number
    }
  }
  readonly compliance: {
    /** With `warn`, errors stop nothing. */
    readonly level: 'block' | 'warn'
    /** Ids of rules that are not looked at. */
    readonly off: readonly string[]
    /** Addresses that mail leaves from; empty means those of this machine. */
    readonly addresses: readonly string[]
  }
  /** What messages of campaigns that name no keys are signed with. */
  readonly dkim: readonly DkimSetting[]
}

/** A key to sign with, and the line that names it. */
interface DkimSetting {
  readonly domain: string
  readonly selector: string
  /** Seen from the working folder. */
  readonly key: string
  readonly where: string
}

/** Links in messages, and who answers them. */
export interface ServerSettings {
  /** `https://news.example.org` */
  readonly baseUrl: string | undefined
  readonly listen: Endpoint
  /** Paths of PEM files. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  readonly allowHttp: boolean
  /** Of its pages, for a reader who asks for none that there is; two letters. */
  readonly language: string
  /** Addresses and networks. */
  readonly trustedProxies: readonly string[]
}

/**
 * Reads the settings: from `path`, which must then exist, or from `./sealpost.yaml` if that exists, else the defaults.
 *
 * @throws SealpostError SP_SETTINGS_INVALID, SP_CERTIFICATE_UNREADABLE, or what `readDocument` throws
 */
export async function loadSettings(path?: string): Promise<Settings> {
  const file = path ?? 'sealpost.yaml'
  if (path === undefined && !(await exists(file))) return complete(settingsSchema.parse({}), resolve('.'), [], [])
  const document = await readDocument(file, settingsSchema, 'SP_SETTINGS_INVALID')
  const { ca } = document.data.tls
  const named = ca === undefined ? '' : resolveBeside(file, ca)
  const authorities = ca === undefined ? [] : await readAuthorities(named, document.locate(['tls', 'ca']))
  const dkim = document.data.dkim.map((key, index) => ({
    ...key,
    key: resolveBeside(file, key.key),
    where: document.locate(['dkim', index, 'key']),
  }))
  return complete(document.data, document.folder, authorities, dkim)
}

/** A path as `file` names it, seen from where `file` itself is seen from. */
export function resolveBeside(file: string, named: string): string {
  return named.startsWith('/') ? named : join(dirname(file), named)
}

function complete(
  read: z.output<typeof settingsSchema>,
  folder: string,
  ca: readonly string[],
  dkim: Settings['dkim'],
): Settings {
  return {
    ...read,
    data: resolve(folder, read.data),
    hostname: read.hostname ?? guessHostname(),
    dns: { ...read.dns, servers: read.dns.servers ?? [] },
    tls: { ...read.tls, ca },
    dkim,
    server: completeServer(read.server, folder),
  }
}

function completeServer(
  { cert, key, baseUrl, ...others }: z.output<typeof settingsSchema>['server'],
  folder: string,
): ServerSettings {
  const tls = cert === undefined || key === undefined ? undefined : { cert: resolve(folder, cert), key: resolve(folder, key) }
  return { ...others, baseUrl, tls }
}

// Only what is not there falls back to the defaults: what cannot be read is an error, and readDocument tells it.
async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT')
  }
}
