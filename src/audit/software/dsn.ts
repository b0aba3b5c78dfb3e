/** The mailer DSN of Symfony (`smtp://user:pass@host:port?options`), which Mautic and Drupal have too. */
import { modeOf, rankOf } from '../mode.ts'
import { type Settings, Unseen } from '../settings.ts'
import type { Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { elsewhere } from './elsewhere.ts'

/** What a transport is made of, as a DSN or as settings of their own. */
export interface Endpoint {
  readonly scheme: string
  readonly host: string
  readonly port: number | undefined
  readonly options: ReadonlyMap<string, string>
}

export type EndpointPart = 'scheme' | 'port' | 'verify_peer' | 'auto_tls' | 'require_tls'

/** Versions of symfony/mailer that added peer_fingerprint, auto_tls and require_tls. */
export const dsnBoundaries: readonly string[] = ['6.4', '7.1', '7.3']

const submissionPorts = [25, 587, 2525]
const implicitPort = 465

/** A DSN in its pieces. The user and the password stay as they are written, encoded or with `%` doubled. */
interface Pieces extends Endpoint {
  readonly user: string
  readonly path: string
}

// PHP's parse_url takes the last @ for the end of the password.
const shape = /^([a-z][a-z\d+.-]*):\/\/(?:([^/?#]*)@)?(\[[^\]]*\]|[^:/?#@]*)(?::(\d{1,5}))?([^?#]*)(?:\?([^#]*))?$/i

function parsePieces(text: string): Pieces | undefined {
  const [, scheme, user, host, port, path, query] = shape.exec(text.trim()) ?? []
  if (scheme === undefined || host === undefined || host === '') return undefined
  const options = new Map<string, string>()
  for (const pair of (query ?? '').split('&')) {
    const [name, ...value] = pair.split('=')
    if (name !== undefined && name !== '') options.set(name, value.join('='))
  }
  return {
    scheme: scheme.toLowerCase(),
    user: user === undefined ? '' : `${user}@`,
    host,
    port: port === undefined ? undefined : Number(port),
    path: path ?? '',
    options,
  }
}

function printPieces({ scheme, user, host, port, path, options }: Pieces): string {
  const query = [...options].map(([name, value]) => `${name}=${value}`).join('&')
  return `${scheme}://${user}${host}${port === undefined ? '' : `:${port}`}${path}${query === '' ? '' : `?${query}`}`
}

// failover(a b) and roundrobin(a b) name several, any of which may carry the mail.
const several = /^\s*(?:failover|roundrobin)\(/
const one = /[a-z][a-z\d+.-]*:\/\/[^\s()]+/gi

function listDsns(text: string): readonly string[] {
  return several.test(text) ? (text.match(one) ?? []) : [text]
}

/** The verdict of the setting `dsn`; of several transports the weakest. @throws Unseen where it names no SMTP server */
export function judgeDsn(settings: Settings): Verdict {
  const text = settings.text('dsn')
  if (text === undefined || text === '') throw elsewhere('dsn', 'no DSN: no mail is sent')
  const variable = /^%env\((?:\w+:)*(\w+)\)%$/.exec(text.trim())?.[1]
  if (variable !== undefined) throw new Unseen('dsn', { kind: 'environment', name: variable, fallback: undefined })
  const verdicts = listDsns(text).map((dsn) => judgePart(dsn, settings))
  const [weakest] = verdicts.toSorted((a, b) => rankOf(a.mode) - rankOf(b.mode))
  if (!weakest) throw elsewhere('dsn', 'not a DSN')
  return weakest
}

function judgePart(dsn: string, settings: Settings): Verdict {
  const pieces = parsePieces(dsn)
  if (!pieces) throw elsewhere('dsn', 'not a DSN')
  if (/\+(?:https|api)$/.test(pieces.scheme))
    return verdict(modeOf('implicit', true), ['dsn', "mail goes to the provider's web interface over HTTPS, not by SMTP"])
  if (!['smtp', 'smtps'].includes(pieces.scheme)) throw elsewhere('dsn', `${pieces.scheme}: what it names decides, not this line`)
  return judgeEndpoint(pieces, settings)
}

/** @param keyOf the rule's key that a part of the endpoint was read from */
export function judgeEndpoint(
  { scheme, host, port, options }: Endpoint,
  settings: Settings,
  keyOf: (part: EndpointPart) => string = () => 'dsn',
): Verdict {
  const pinned = settings.since('6.4') && (options.get('peer_fingerprint') ?? '') !== ''
  const verified = pinned || !isOff(options.get('verify_peer'))
  const unverified = [
    keyOf('verify_peer'),
    "verify_peer is off: anybody may answer in the server's name with a certificate of their own",
  ] as const
  const autoTls = !(settings.since('7.1') && isOff(options.get('auto_tls')))
  // Without a port Symfony takes 465 and TLS for every host but localhost.
  const byPort = autoTls && (port === implicitPort || ((port ?? 0) === 0 && host !== 'localhost'))
  if (scheme === 'smtps' || byPort) {
    const key = keyOf(scheme === 'smtps' ? 'scheme' : 'port')
    const how = [key, 'TLS from the first octet'] as const
    return verified ? verdict(modeOf('implicit', true), how) : verdict(modeOf('implicit', false), unverified, how)
  }
  if (settings.since('7.3') && isOn(options.get('require_tls'))) {
    const how = [
      keyOf('require_tls'),
      autoTls ? 'STARTTLS or no mail' : 'TLS is required and STARTTLS switched off: no mail is sent at all',
    ] as const
    return verified ? verdict(modeOf('starttls', true), how) : verdict(modeOf('starttls', false), unverified, how)
  }
  if (!autoTls)
    return verdict('plaintext', [keyOf('auto_tls'), 'auto_tls is off: STARTTLS is left alone even where it is offered'])
  return verdict('opportunistic', [
    options.has('require_tls') ? keyOf('require_tls') : keyOf('scheme'),
    options.has('require_tls') && !settings.since('7.3')
      ? 'require_tls is not known before symfony/mailer 7.3: STARTTLS is used only where it is offered'
      : 'smtp:// uses STARTTLS where it is offered; where somebody hides the offer, mail goes out readable',
  ])
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|on|yes)$/i.test(value)
}

/** PHP's FILTER_VALIDATE_BOOL: what it does not know is no. An empty option is none. */
function isOff(value: string | undefined): boolean {
  return value !== undefined && value !== '' && !isOn(value)
}

/** The DSN with STARTTLS required; undefined for a port of TLS from the first octet, and for this machine. */
export function requireStarttls(text: string): string | undefined {
  return rewriteEach(text, (pieces) => {
    if (pieces.scheme !== 'smtp' || pieces.port === undefined || pieces.port === implicitPort) return undefined
    return { ...pieces, options: new Map([...withoutSwitches(pieces.options), ['require_tls', 'true']]) }
  })
}

/** The DSN with TLS from the first octet (RFC 8314 3.3), on port 465 where another is for something else. */
export function useImplicitTls(text: string): string | undefined {
  return rewriteEach(text, (pieces) => {
    if (!['smtp', 'smtps'].includes(pieces.scheme)) return undefined
    const port = pieces.port !== undefined && submissionPorts.includes(pieces.port) ? implicitPort : pieces.port
    return { ...pieces, scheme: 'smtps', port, options: withoutSwitches(pieces.options) }
  })
}

function rewriteEach(text: string, change: (pieces: Pieces) => Pieces | undefined): string | undefined {
  let failed = false
  const rewrite = (dsn: string): string => {
    const pieces = parsePieces(dsn)
    // Mail that stays on this machine needs no TLS, and no certificate is right for its name.
    const changed = pieces && !/^(?:localhost|127\.[\d.]+|\[::1\])$/.test(pieces.host) ? change(pieces) : undefined
    if (!changed) failed = true
    return changed ? printPieces(changed) : dsn
  }
  const rewritten = several.test(text) ? text.replace(one, rewrite) : rewrite(text)
  return failed ? undefined : rewritten
}

function withoutSwitches(options: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...options].filter(([name]) => !['verify_peer', 'auto_tls', 'require_tls'].includes(name)))
}
