import { type TlsSurvey, readSession } from '../tls/index.ts'
import type { Visit } from './visit.ts'

/** How a server lets clients come back to a session (RFC 5077, RFC 8446 2.2). */
export interface Resumption {
  readonly version: 'TLSv1.2' | 'TLSv1.3'
  /** It gave a ticket; else it may keep the session under an id (RFC 5246 7.4.1.3). */
  readonly ticket: Buffer | undefined
  /** The second handshake resumed the session; undefined where it did not come about. */
  readonly resumed: boolean | undefined
  /** Octets that it would take before the handshake has ended (RFC 8446 4.2.10). */
  readonly earlyData: number
}

/** Opens a session at each version that can be resumed, and comes back to it. */
export async function tryResumption(visit: Visit, survey: TlsSurvey): Promise<readonly Resumption[]> {
  const found: Resumption[] = []
  for (const version of ['TLSv1.3', 'TLSv1.2'] as const) {
    if (!survey.versions.some((fact) => fact.accepted && fact.version === (version === 'TLSv1.3' ? 0x0304 : 0x0303))) continue
    const range = version === 'TLSv1.2' ? { ceiling: version } : {}
    const first = await visit.resume(range)
    if (!first || first.end.kind !== 'secure') break
    const { session } = first
    const facts = session && readSession(session)
    const second = session && (await visit.resume({ ...range, session }))
    found.push({
      version,
      ticket: facts?.ticket,
      resumed: session ? second?.record.tls?.resumed : false,
      earlyData: facts?.earlyData ?? 0,
    })
  }
  return found
}
