/** PHPMailer's SMTPSecure, SMTPAutoTLS and SMTPOptions, as the programs around it hand them on. */
import { modeOf, rankOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

export interface SmtpSecure {
  /** What arrives in SMTPSecure. */
  readonly secure: string | undefined
  /** SMTPAutoTLS, which is on unless somebody switches it off. */
  readonly autoTls?: boolean
  /** One host or several with `;` between, each with a prefix (`ssl://`) that goes before SMTPSecure. */
  readonly host?: string | undefined
  /** The setting that has the certificate not looked at. */
  readonly unverified?: string | undefined
}

/** The rule's keys for what is decided: `secure` and `autoTls` unless told otherwise. */
export function judgeSmtpSecure(given: SmtpSecure, keys = { secure: 'secure', autoTls: 'autoTls', host: 'host' }): Verdict {
  const hosts = (given.host ?? '').split(';').filter((host) => host.trim() !== '')
  const prefixes = (hosts.length > 0 ? hosts : ['']).map((host) => /^\s*(ssl|tls):\/\//i.exec(host)?.[1]?.toLowerCase())
  const verdicts = prefixes.map((prefix) => judgeOne(given, prefix, keys))
  const [weakest] = verdicts.toSorted((a, b) => rankOf(a.mode) - rankOf(b.mode))
  return weakest ?? judgeOne(given, undefined, keys)
}

function judgeOne(
  { secure, autoTls = true, unverified }: SmtpSecure,
  prefix: string | undefined,
  keys: { readonly secure: string; readonly autoTls: string; readonly host: string },
): Verdict {
  const chosen = prefix ?? secure
  const key = prefix === undefined ? keys.secure : keys.host
  // PHPMailer compares the letters as they are: "TLS" is neither.
  if (chosen === 'ssl' || chosen === 'tls') {
    const security = chosen === 'ssl' ? 'implicit' : 'starttls'
    const how = [key, chosen === 'ssl' ? 'TLS from the first octet' : 'STARTTLS or no mail'] as const
    if (unverified === undefined) return verdict(modeOf(security, true), how)
    return verdict(
      modeOf(security, false),
      [unverified, "the certificate is not looked at: anybody may answer in the server's name"],
      how,
    )
  }
  const odd = chosen !== undefined && !['', 'none', 'standard', 'auto'].includes(chosen)
  if (!autoTls)
    return verdict('plaintext', [
      keys.autoTls,
      'no encryption is chosen and auto TLS is off: STARTTLS is left alone even where it is offered',
    ])
  return verdict('opportunistic', [
    keys.secure,
    odd
      ? 'not one of the two words tls and ssl, in small letters: taken for no choice, and STARTTLS used only where it is offered'
      : 'no encryption is chosen: STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
  ])
}

/** PHP's stream options by the keys `verifyPeer`, `verifyName` and `selfSigned`; the one that switches checks off. */
export function findUnverified(settings: Settings): string | undefined {
  if (settings.flag('verifyPeer') === false) return 'verifyPeer'
  if (settings.flag('verifyName') === false) return 'verifyName'
  return settings.flag('selfSigned') === true ? 'selfSigned' : undefined
}

/** What the stream options must be where they are there. */
export const verifiedOptions = { verifyPeer: true, verifyName: true, selfSigned: false } as const

/** The patterns of the stream options below a path. */
export function streamOptions(path: string): Readonly<Record<keyof typeof verifiedOptions, string>> {
  return {
    verifyPeer: `${path}.ssl.verify_peer`,
    verifyName: `${path}.ssl.verify_peer_name`,
    selfSigned: `${path}.ssl.allow_self_signed`,
  }
}
