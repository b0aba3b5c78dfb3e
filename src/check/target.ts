import { isIP } from 'node:net'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { parseDomain } from '../smtp/index.ts'

/** What a person asks to be checked. */
export type Target =
  | { readonly kind: 'domain'; readonly text: string; readonly domain: string }
  | {
      readonly kind: 'host'
      readonly text: string
      readonly host: string
      readonly port: number
      readonly security: 'starttls' | 'implicit'
    }

/** RFC 5321 4.5.4.2, RFC 6409 3.1, RFC 8314 7.3. */
const schemes: Readonly<Record<string, { readonly port: number; readonly security: 'starttls' | 'implicit' }>> = {
  smtp: { port: 25, security: 'starttls' },
  submission: { port: 587, security: 'starttls' },
  smtps: { port: 465, security: 'implicit' },
}

/**
 * Reads `example.org`, `mx.example.org:25`, `smtp://host:25`, `submission://host`, `smtps://host`, `smtp://[::1]:2525`.
 *
 * @throws SealpostError SP_TARGET_INVALID
 */
export function parseTarget(text: string): Target {
  const match = /^(?:([a-z]+):\/\/)?(\[[0-9a-fA-F:.]+\]|[^[\]:/]+)(?::(\d{1,5}))?\/?$/.exec(text.trim())
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
  return { kind: 'host', text, host, port, security: known?.security ?? (port === 465 ? 'implicit' : 'starttls') }
}

function invalid(text: string, what?: string): SealpostError {
  return new SealpostError('SP_TARGET_INVALID', {
    where: visible(text.replace(/^([a-z]+:\/\/)?[^/@]*@/i, '$1…@'), 100),
    ...(what === undefined ? {} : { what }),
  })
}
