import { randomUUID } from 'node:crypto'
import type { SessionTls } from '../evidence/index.ts'
import type { MailConnection } from '../smtpclient/index.ts'
import type { TlsFacts } from '../tls/index.ts'
import type { Delivery } from './delivery.ts'
import { likelyDelay } from './greylist/index.ts'
import type { LaneFacts } from './lane.ts'
import type { Reached } from './reach.ts'

/** A connection that carries mail, with the name that the evidence has for it. */
export interface Session {
  readonly id: string
  readonly reached: Reached
  readonly connection: MailConnection
  /** Milliseconds for which the host puts strangers off, as far as that was learnt. */
  readonly learntMs: number | undefined
}

/** Writes down every connection that was tried; the last is returned where it can carry mail. */
export async function recordSessions(
  { policy }: LaneFacts,
  tried: readonly Reached[],
  { recorder, clock, software, greylist }: Delivery,
): Promise<Session | undefined> {
  let session: Session | undefined
  for (const reached of tried) {
    const id = randomUUID()
    recorder.session({
      kind: 'session',
      id,
      time: new Date(clock.now()).toISOString(),
      host: reached.endpoint.host,
      address: reached.endpoint.address,
      port: reached.endpoint.port,
      level: reached.demand.kind === 'use' ? reached.demand.level : policy.level,
      policy: policy.id,
      reason: reached.demand.reason,
      voucher: reached.demand.kind === 'use' ? reached.demand.voucher : null,
      // Domains with the same enforced patterns share the lane; what demands nothing is not the same for all of them.
      sts: policy.sts.kind === 'policy' && policy.sts.mode === 'enforce' ? policy.sts.id : null,
      verdict: reached.judgement.verdict,
      cause: reached.judgement.cause,
      tls: recordTls(reached.tls),
      decision: reached.decision.kind,
      software,
    })
    if (reached.connection) {
      const learntMs = likelyDelay(await greylist.find(reached.endpoint.host))
      session = { id, reached, connection: reached.connection, learntMs }
    }
  }
  return session
}

function recordTls(tls: TlsFacts | undefined): SessionTls | null {
  if (!tls) return null
  const leaf = tls.chain[0]
  return {
    version: tls.version,
    cipher: tls.cipher,
    group: tls.group ?? null,
    resumed: tls.resumed,
    provenAt: tls.provenAt === undefined ? null : new Date(tls.provenAt).toISOString(),
    certificate: leaf?.sha256 ?? null,
    key: leaf?.spkiSha256 ?? null,
  }
}

export function describeTls(tls: TlsFacts | undefined): string | undefined {
  return tls ? `${tls.version} ${tls.cipher}` : undefined
}
