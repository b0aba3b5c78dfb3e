import { isIP } from 'node:net'
import type { MailService } from '../dns/index.ts'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import type { NameSource } from '../policy/index.ts'
import { parseDomain } from '../smtp/index.ts'
import type { Protocol } from '../starttls/index.ts'

/** What a person asks to be checked. */
export type Target =
  | { readonly kind: 'domain'; readonly text: string; readonly domain: string }
  | {
      readonly kind: 'host'
      readonly text: string
      readonly host: string
      readonly service: Service
      /** Whose word the name rests on. */
      readonly source: NameSource
    }

/** What listens on a port. */
export interface Service {
  readonly protocol: Protocol
  readonly port: number
  readonly security: 'starttls' | 'implicit'
  /** People and programs log in there, rather than other servers deliver. */
  readonly login: boolean
}

/** Schemes and their ports: RFC 5321 4.5.4.2, RFC 6409 3.1, RFC 8314 7, RFC 2033 5, RFC 9051 2.1, RFC 1939 3, RFC 5804 1.8. */
const schemes: Readonly<Record<string, Service>> = {
  smtp: { protocol: 'smtp', port: 25, security: 'starttls', login: false },
  submission: { protocol: 'smtp', port: 587, security: 'starttls', login: true },
  smtps: { protocol: 'smtp', port: 465, security: 'implicit', login: true },
  submissions: { protocol: 'smtp', port: 465, security: 'implicit', login: true },
  // IANA has given LMTP no port; 24 is what RFC 2033 5 leaves to the private agreement, and what Dovecot's guide uses.
  lmtp: { protocol: 'lmtp', port: 24, security: 'starttls', login: false },
  imap: { protocol: 'imap', port: 143, security: 'starttls', login: true },
  imaps: { protocol: 'imap', port: 993, security: 'implicit', login: true },
  pop3: { protocol: 'pop3', port: 110, security: 'starttls', login: true },
  pop3s: { protocol: 'pop3', port: 995, security: 'implicit', login: true },
  sieve: { protocol: 'sieve', port: 4190, security: 'starttls', login: true },
}

/**
 * Reads `example.org`, `mx.example.org:25`, `smtp://host:25`, `imaps://host`, `smtp://[::1]:2525`. What
 * listens on a port without a scheme is what is registered for that port, else SMTP.
 *
 * @throws SealpostError SP_TARGET_INVALID
 */
export function parseTarget(text: string): Target {
  const match = /^(?:([a-z][a-z0-9]*):\/\/)?(\[[0-9a-fA-F:.]+\]|[^[\]:/]+)(?::(\d{1,5}))?\/?$/.exec(text.trim())
  const scheme = match?.[1]
  const name = match?.[2]?.replace(/^\[|\]$/g, '') ?? ''
  const known = scheme === undefined ? undefined : schemes[scheme]
  if (scheme !== undefined && !known) {
    throw invalid(
      text,
      `${visible(scheme, 40)}:// is not a protocol this version can check; known are ${Object.keys(schemes).join(', ')}`,
    )
  }
  const port = match?.[3] === undefined ? known?.port : Number(match[3])
  const host = isIP(name) === 0 ? parseDomain(name) : name
  if (host === undefined) throw invalid(text)
  if (port === undefined) {
    if (isIP(host) !== 0) throw invalid(text, 'an IP address alone is no mail domain')
    return { kind: 'domain', text, domain: host }
  }
  if (port < 1 || port > 65_535) throw invalid(text, `${port} is not a port`)
  const likely = known ?? Object.values(schemes).find((scheme) => scheme.port === port)
  const service: Service = {
    protocol: likely?.protocol ?? 'smtp',
    security: likely?.security ?? 'starttls',
    login: likely?.login ?? false,
    port,
  }
  return { kind: 'host', text, host, service, source: 'user' }
}

/** A service that a domain names in its SRV records: its name is as good as unsigned DNS is. */
export function targetOf({ service, host, port }: MailService): Target {
  const scheme = schemes[service]
  if (!scheme) throw new SealpostError('SP_TARGET_INVALID', { where: service })
  return { kind: 'host', text: `${service}://${host}:${port}`, host, service: { ...scheme, port }, source: 'dns' }
}

function invalid(text: string, what?: string): SealpostError {
  return new SealpostError('SP_TARGET_INVALID', {
    where: visible(text.replace(/^([a-z]+:\/\/)?[^/@]*@/i, '$1…@'), 100),
    ...(what === undefined ? {} : { what }),
  })
}
