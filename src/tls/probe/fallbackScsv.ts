import { type ClientHello, exchangeHello } from '../hello/index.ts'
import { composeHello } from './composeHello.ts'
import type { KnownServer, Open, ProbeOptions, Probed } from './probed.ts'
import { tell } from './tell.ts'

/**
 * Downgrade by repeated attempts: a hello below the server's best version that says so by TLS_FALLBACK_SCSV must be
 * refused with inappropriate_fallback (RFC 7507 3).
 */
export async function probeFallbackScsv(open: Open, known: KnownServer, options: ProbeOptions): Promise<Probed> {
  const [best, lower] = known.versions.toSorted((a, b) => b - a)
  if (best === undefined || lower === undefined)
    return { kind: 'not-applicable', why: 'the server has no version to fall back to' }
  const stream = await open()
  if (!stream) return { kind: 'not-tested', why: 'there was no further connection' }
  const hello = composeHello(lower, known.suites, options.servername)
  const answer = await exchangeHello(stream, { ...hello, suites: [...hello.suites, 0x5600] }, options)
  if (answer.kind === 'flight') {
    const evidence = 'the server went on with an older version though TLS_FALLBACK_SCSV said that a newer one had failed'
    return { kind: 'vulnerable', evidence, bytes: answer.bytes.subarray(0, 64) }
  }
  if (answer.kind === 'alert' && answer.description === 86)
    return { kind: 'safe', evidence: `to TLS_FALLBACK_SCSV the server ${tell(answer)}` }
  if (answer.kind === 'closed' && (await takes(hello, open, options)))
    return { kind: 'safe', evidence: `to TLS_FALLBACK_SCSV the server ${tell(answer)}, and it took the same hello without` }
  return { kind: 'not-tested', why: `to a hello of an older version with TLS_FALLBACK_SCSV, the server ${tell(answer)}` }
}

/** Some break off without the alert: the same hello without the value tells whether it was that. */
async function takes(hello: ClientHello, open: Open, options: ProbeOptions): Promise<boolean> {
  const stream = await open()
  return stream !== undefined && (await exchangeHello(stream, hello, options)).kind === 'flight'
}
