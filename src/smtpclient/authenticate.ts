import { type Capabilities, type Reply, findExtension } from '../smtp/index.ts'
import type { SecureChannel } from '../starttls/index.ts'

export interface Credentials {
  readonly user: string
  readonly password: string
}

export type Authenticated =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reply: Reply }
  /** The server offers no mechanism that we speak. */
  | { readonly kind: 'unsupported'; readonly offered: readonly string[] }
  | { readonly kind: 'lost' }

/**
 * Logs in (RFC 4954, with PLAIN of RFC 4616, or LOGIN where nothing better is offered). Takes a channel inside TLS and
 * no other: a password cannot be written in the clear.
 */
export async function authenticate(
  channel: SecureChannel,
  capabilities: Capabilities,
  credentials: Credentials,
  timeoutMs: number,
): Promise<Authenticated> {
  const offered = (findExtension(capabilities, 'AUTH')?.params ?? []).map((mechanism) => mechanism.toUpperCase())
  const lines = dialogue(offered, credentials)
  if (!lines) return { kind: 'unsupported', offered }
  for (const [index, line] of lines.entries()) {
    channel.write(`${line}\r\n`)
    const answer = await channel.read(timeoutMs)
    if (answer.kind !== 'reply') return { kind: 'lost' }
    const wanted = index === lines.length - 1 ? 235 : 334
    if (answer.reply.code !== wanted) return { kind: 'refused', reply: answer.reply }
  }
  return { kind: 'accepted' }
}

function dialogue(offered: readonly string[], { user, password }: Credentials): readonly string[] | undefined {
  // RFC 4954 4: an initial response saves a round trip.
  if (offered.includes('PLAIN')) return [`AUTH PLAIN ${encode(`\0${user}\0${password}`)}`]
  if (offered.includes('LOGIN')) return ['AUTH LOGIN', encode(user), encode(password)]
  return undefined
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
