/** A laboratory: a client, DNS and mail servers in a network of their own, which vanishes with it. */
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority, createIntermediate, issueCertificate, type KeyKind } from './certificate.ts'
import { run, type Outcome } from './command.ts'
import { startDns } from './dns.ts'
import { dovecot } from './dovecot.ts'
import { exim } from './exim.ts'
import { gnutlsServer, opensslServer } from './front.ts'
import { guard } from './guard.ts'
import { createNetwork, inNamespace, type Host } from './network.ts'
import { opensmtpd } from './opensmtpd.ts'
import { postfix } from './postfix.ts'
import { requireSetup } from './requirement.ts'
import { sendmail } from './sendmail.ts'
import { startServer, type Server, type Software } from './server.ts'
import { namePrefix, sweep } from './sweep.ts'

interface Entry {
  readonly software: Software
  /** The kinds of its certificates; none: it does not offer STARTTLS. */
  readonly keys: readonly KeyKind[]
  /** Its certificates are of an authority below the root. */
  readonly intermediate?: boolean
  /** In what it differs from the others of its kind. */
  readonly settings?: Readonly<Record<string, string>>
  readonly extras?: readonly string[]
}

const oldPostfix = {
  smtpd_tls_protocols: '>=TLSv1',
  smtpd_tls_mandatory_protocols: '>=TLSv1',
  tls_medium_cipherlist: 'ALL:COMPLEMENTOFALL:@SECLEVEL=0',
}

const oldExim = { tls_require_ciphers: 'NORMAL:+VERS-TLS1.0:+VERS-TLS1.1:+3DES-CBC:+ARCFOUR-128:+MD5:+SIGN-RSA-SHA1' }

/** The servers there are. The name is also that of the domain: `postfix-plain` takes mail for postfix-plain.test. */
const catalogue = {
  postfix: { software: postfix, keys: ['ec'] },
  'postfix-plain': { software: postfix, keys: [] },
  exim: { software: exim, keys: ['ec'] },
  'exim-plain': { software: exim, keys: [] },
  opensmtpd: { software: opensmtpd, keys: ['rsa'], intermediate: true },
  sendmail: { software: sendmail, keys: ['rsa'], intermediate: true },
  dovecot: { software: dovecot, keys: ['ec', 'rsa'], intermediate: true },
  /** Takes a suite with Diffie-Hellman where one is offered, and fails with it: it was given no parameters. */
  'dovecot-no-dh': { software: dovecot, keys: ['rsa'], settings: { ssl_dh: '' } },
  /** All that OpenSSL 3.0 still has, for who asks for it. */
  'postfix-old': { software: postfix, keys: ['rsa', 'ec'], settings: oldPostfix },
  /** All that GnuTLS 3.7 still has. */
  'exim-old': { software: exim, keys: ['rsa', 'ec'], settings: oldExim },
  /** Strangers are listened to before they may speak, and put off once. */
  'postfix-screened': { software: postfix, keys: ['ec'], extras: ['postscreen'] },
  /** Strangers are put off for some seconds. */
  'postfix-grey': { software: postfix, keys: ['ec'], extras: ['greylist'] },
  openssl: { software: opensslServer, keys: ['ec', 'rsa'] },
  gnutls: { software: gnutlsServer, keys: ['ec', 'rsa'] },
} as const satisfies Readonly<Record<string, Entry>>

export type ServerName = keyof typeof catalogue

/** Those whose mail the tests read. */
export const serverNames = ['postfix', 'postfix-plain', 'exim', 'exim-plain'] as const satisfies readonly ServerName[]

export function offersTls(name: ServerName): boolean {
  return catalogue[name].keys.length > 0
}

export interface LabOptions {
  readonly servers: readonly ServerName[]
  /** Settings that a test is about, by server. */
  readonly settings?: Partial<Record<ServerName, Readonly<Record<string, string>>>>
}

export interface Lab extends AsyncDisposable {
  readonly client: Host
  /** PEM file of the authority that signed the servers' certificates. */
  readonly authority: string
  /** A folder for the test, gone with the laboratory. */
  readonly folder: string
  server(name: ServerName): Server
  /** Runs a program where the servers can be reached. */
  run(command: readonly string[], options?: Parameters<typeof run>[1]): Promise<Outcome>
}

let laboratories = 0

/**
 * Sets a laboratory up.
 *
 * @example
 * ```ts
 * await using lab = await startLab({ servers: ['postfix'] })
 * await lab.run(['swaks', '--server', lab.server('postfix').host.address, '--to', 'ann@postfix.test'])
 * ```
 */
export async function startLab(options: LabOptions): Promise<Lab> {
  requireSetup()
  sweep()
  laboratories += 1
  const prefix = namePrefix(process.pid, laboratories)
  const close = guard(prefix)
  const folder = mkdtempSync(join(tmpdir(), prefix))
  try {
    const authority = await createAuthority(folder)
    const intermediate = await createIntermediate(authority, folder)
    const network = await createNetwork(prefix, options.servers)
    const start = async (name: ServerName, index: number) => {
      const host = network.servers[index] as Host
      const entry: Entry = catalogue[name]
      const { software, keys } = entry
      const mx = `mx.${name}.test`
      const issuer = entry.intermediate ? intermediate : authority
      const [identity, second] = await Promise.all(keys.map((kind) => issueCertificate(issuer, folder, mx, kind)))
      const plan = {
        name: mx,
        domain: `${name}.test`,
        identity,
        second,
        extras: entry.extras,
        settings: { ...entry.settings, ...options.settings?.[name] },
      }
      return startServer(software, plan, { host, client: network.client, folder: join(folder, name) })
    }
    const servers = await settleAll(options.servers.map(start))
    await startDns(network.client, servers)
    const own = join(folder, 'test')
    mkdirSync(own)
    return {
      client: network.client,
      authority: authority.certificate,
      folder: own,
      server: (name) => servers[options.servers.indexOf(name)] ?? missing(name),
      run: (command, runOptions) => run(inNamespace(network.client, command), runOptions),
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function missing(name: string): never {
  throw new Error(`${name} is not in this laboratory`)
}

/** As Promise.all, but with nothing still going on when it rejects: what is cleared away must not be under construction. */
async function settleAll<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises)
  return Promise.all(promises)
}
