import { access } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { z } from 'zod'
import { readAuthorities } from './authority.ts'
import type { DeliveryRuleSetting, LaneLimits } from './delivery.ts'
import { type SettingsDocument, readDocument } from './document.ts'
import type { Held } from './held.ts'
import { type Endpoint, type NameServer, type SourceAddresses, guessHostname } from './host.ts'
import type { SecretSource } from './secret.ts'
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
  /** What GDPR article 30(1) asks for and only people know. */
  readonly record: {
    readonly controller?: string | undefined
    readonly officer?: string | undefined
    readonly purpose?: string | undefined
    readonly retention?: string | undefined
  }
  readonly compliance: {
    /** With `warn`, errors stop nothing. */
    readonly level: 'block' | 'warn'
    /** Ids of rules that are not looked at. */
    readonly off: readonly string[]
    /** Addresses that mail leaves from; empty means those of this machine. */
    readonly addresses: readonly string[]
  }
  /** Cosigning of other people's checkpoints; without a name there is none. */
  readonly witness: { readonly name?: string | undefined; readonly logs: readonly string[] }
  /** What messages of campaigns that name no keys are signed with. */
  readonly dkim: readonly DkimSetting[]
  readonly evidence: EvidenceSettings
  readonly claims: ClaimSettings
}

/** What providers report, of those that are set up. */
export interface ClaimSettings {
  readonly mailgun?: { readonly signingKey: SecretSource }
  /** Base64 of a SubjectPublicKeyInfo. */
  readonly sendgrid?: { readonly publicKey: string }
  readonly sparkpost?: { readonly user: string; readonly password: SecretSource }
}

/** The evidence log. */
export interface EvidenceSettings {
  /** Whether domains, and what they lead to, stand in the log in the clear. */
  readonly domains: 'committed' | 'clear'
  /** What a log that is begun is called; undefined: after its key. */
  readonly origin: string | undefined
  /** What opens its key; undefined: it is asked for, where the key needs one. */
  readonly passphrase: SecretSource | undefined
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
  if (path === undefined && !(await exists(file))) return complete(settingsSchema.parse({}), resolve('.'), [], [], undefined, {})
  const document = await readDocument(file, settingsSchema, 'SP_SETTINGS_INVALID')
  const { ca } = document.data.tls
  const named = ca === undefined ? '' : resolveBeside(file, ca)
  const authorities = ca === undefined ? [] : await readAuthorities(named, document.locate(['tls', 'ca']))
  const dkim = document.data.dkim.map((key, index) => ({
    ...key,
    key: resolveBeside(file, key.key),
    where: document.locate(['dkim', index, 'key']),
  }))
  const { passphraseEnv, passphraseFile } = document.data.evidence
  const passphrase = locateSecret(document, ['evidence'], 'passphrase', { env: passphraseEnv, file: passphraseFile })
  return complete(document.data, document.folder, authorities, dkim, passphrase, locateClaims(document))
}

/** A path as `file` names it, seen from where `file` itself is seen from. */
export function resolveBeside(file: string, named: string): string {
  return named.startsWith('/') ? named : join(dirname(file), named)
}

function locateClaims(document: SettingsDocument<z.output<typeof settingsSchema>>): ClaimSettings {
  const { mailgun, sendgrid, sparkpost } = document.data.claims
  const signingKey = locateSecret(document, ['claims', 'mailgun'], 'signingKey', {
    env: mailgun?.signingKeyEnv,
    file: mailgun?.signingKeyFile,
  })
  const password = locateSecret(document, ['claims', 'sparkpost'], 'password', {
    env: sparkpost?.passwordEnv,
    file: sparkpost?.passwordFile,
  })
  return {
    ...(signingKey && { mailgun: { signingKey } }),
    ...(sendgrid?.publicKey !== undefined && { sendgrid: { publicKey: sendgrid.publicKey } }),
    ...(sparkpost?.user !== undefined && password && { sparkpost: { user: sparkpost.user, password } }),
  }
}

/** Where a secret stands, of `<name>Env` and `<name>File`; undefined where neither is given. */
function locateSecret(
  document: Pick<SettingsDocument<unknown>, 'file' | 'locate'>,
  path: readonly string[],
  name: string,
  { env, file }: { readonly env: string | undefined; readonly file: string | undefined },
): SecretSource | undefined {
  if (env !== undefined) return { kind: 'variable', name: env, where: document.locate([...path, `${name}Env`]) }
  if (file === undefined) return undefined
  const setting = `${name}File`
  return { kind: 'file', path: resolveBeside(document.file, file), setting, where: document.locate([...path, setting]) }
}

function complete(
  read: z.output<typeof settingsSchema>,
  folder: string,
  ca: readonly string[],
  dkim: Settings['dkim'],
  passphrase: SecretSource | undefined,
  claims: ClaimSettings,
): Settings {
  const { domains, origin } = read.evidence
  return {
    ...read,
    data: resolve(folder, read.data),
    hostname: read.hostname ?? guessHostname(),
    dns: { ...read.dns, servers: read.dns.servers ?? [] },
    tls: { ...read.tls, ca },
    dkim,
    evidence: { domains, origin, passphrase },
    claims,
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
