import { type Capabilities, findExtension } from '../smtp/index.ts'
import type { SecureChannel } from '../starttls/index.ts'
import { type Authenticated, type Credentials, type Exchange, passwordMechanisms } from './mechanism.ts'
import { beginLogin, beginPlain } from './plain.ts'
import { beginScram } from './scram.ts'
import { beginXoauth2 } from './xoauth2.ts'

/** RFC 4954 4: the longest line of a log-in, its CRLF included. */
const maxLine = 12_288
/** Challenges of one log-in: SCRAM has two, LOGIN two, XOAUTH2 one. */
const maxChallenges = 4

/**
 * Logs in (RFC 4954): with SCRAM-SHA-256 (RFC 7677), PLAIN (RFC 4616) or LOGIN, the best that is offered, where there is
 * a password, and with XOAUTH2 where there is a token. Takes a channel inside TLS and no other: neither can be written in
 * the clear. After anything but `accepted` the channel is of no more use.
 *
 * @example
 * ```ts
 * const result = await authenticate(channel, capabilities, { kind: 'password', user, password }, 300_000)
 * if (result.kind !== 'accepted') channel.destroy()
 * ```
 */
export async function authenticate(
  channel: SecureChannel,
  capabilities: Capabilities,
  credentials: Credentials,
  timeoutMs: number,
): Promise<Authenticated> {
  const offered = (findExtension(capabilities, 'AUTH')?.params ?? []).map((mechanism) => mechanism.toUpperCase())
  const unusable = findUnusable(credentials)
  if (unusable !== undefined) return { kind: 'unusable', why: unusable }
  const exchange = choose(offered, credentials)
  if (!exchange) return { kind: 'unsupported', offered }
  const { initial, mechanism } = exchange
  // RFC 4954 4: an empty initial response is written as an equals sign.
  const first = initial === undefined ? '' : ` ${initial.length === 0 ? '=' : initial.toString('base64')}`
  let line = `AUTH ${mechanism}${first}\r\n`
  for (let challenges = 0; challenges <= maxChallenges; challenges++) {
    if (line.length > maxLine) return { kind: 'unusable', why: 'it is too long to be sent' }
    if (channel.buffered > 0) return { kind: 'unverified', why: 'the server answers what it was not asked yet' }
    if (!channel.write(line)) return { kind: 'lost' }
    const answer = await channel.read(timeoutMs)
    if (answer.kind !== 'reply') return { kind: 'lost' }
    const { reply } = answer
    if (reply.code >= 400) return { kind: 'refused', reply }
    if (reply.code === 235)
      return exchange.unproven === undefined ? { kind: 'accepted', mechanism } : { kind: 'unverified', why: exchange.unproven }
    const challenge = reply.code === 334 && reply.lines.length === 1 ? readBase64(reply.lines[0] ?? '', mechanism) : undefined
    if (!challenge) return { kind: 'unverified', why: 'the server does not follow the rules of the log-in' }
    const step = await exchange.respond(challenge)
    if (step.kind === 'stop') {
      // RFC 4954 4: the client breaks off.
      channel.write('*\r\n')
      return { kind: 'unverified', why: step.why }
    }
    line = `${step.octets.toString('base64')}\r\n`
  }
  return { kind: 'unverified', why: 'the server asks without end' }
}

function choose(offered: readonly string[], credentials: Credentials): Exchange | undefined {
  if (credentials.kind === 'token') return offered.includes('XOAUTH2') ? beginXoauth2(credentials) : undefined
  const mechanism = passwordMechanisms.find(
    (name) => offered.includes(name) && (credentials.mechanism === undefined || credentials.mechanism === name),
  )
  switch (mechanism) {
    case 'SCRAM-SHA-256':
      return beginScram(credentials)
    case 'PLAIN':
      return beginPlain(credentials)
    case 'LOGIN':
      return beginLogin(credentials)
    case undefined:
      return undefined
  }
}

/** What would end a field before its end. */
function findUnusable(credentials: Credentials): string | undefined {
  if (/[\u0000-\u001f\u007f]/.test(credentials.user)) return 'the user name has a control character'
  // XOAUTH2 parts its fields by ^A, and a token is printable ASCII (RFC 6750 2.1).
  if (credentials.kind === 'token')
    return /^[\u0021-\u007e]+$/.test(credentials.token) ? undefined : 'the token has characters that no token has'
  // RFC 4616 2
  return credentials.password.includes('\0') ? 'the password has a NUL' : undefined
}

/** The octets, or nothing where it is no base64 (RFC 4648 4). What LOGIN asks is said in any words and not read. */
function readBase64(text: string, mechanism: string): Buffer | undefined {
  const octets = Buffer.from(text, 'base64')
  return mechanism === 'LOGIN' || octets.toString('base64') === text ? octets : undefined
}
