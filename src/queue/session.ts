import type { Peer, SessionFacts, SessionRef, SessionTls } from '../evidence/index.ts'
import { listTlsa } from '../ground/index.ts'
import type { Capabilities } from '../smtp/index.ts'
import type { MailConnection } from '../smtpclient/index.ts'
import type { TlsFacts } from '../tls/index.ts'
import type { Delivery } from './delivery.ts'
import { likelyDelay } from './greylist/index.ts'
import type { LaneFacts } from './lane.ts'
import type { Reached } from './reach.ts'

/** A connection that carries mail, with the name that the evidence has for it. */
export interface Session {
  readonly recorded: SessionRef
  readonly reached: Reached
  readonly connection: MailConnection
  /** Milliseconds for which the host puts strangers off, as far as that was learnt. */
  readonly learntMs: number | undefined
}

/** Writes down every connection that was tried; the last is returned where it can carry mail. */
export async function recordSessions(
  facts: LaneFacts,
  tried: readonly Reached[],
  { recorder, clock, software, greylist }: Delivery,
): Promise<Session | undefined> {
  let session: Session | undefined
  for (const reached of tried) {
    const recorded = recorder.session(describeSession(facts, reached, { time: clock.now(), software }))
    if (reached.connection) {
      const learntMs = likelyDelay(await greylist.find(reached.endpoint.host))
      session = { recorded, reached, connection: reached.connection, learntMs }
    }
  }
  return session
}

function describeSession(
  lane: Pick<LaneFacts, 'policy' | 'destination'>,
  reached: Reached,
  { time, software }: Pick<SessionFacts, 'time' | 'software'>,
): SessionFacts {
  const { endpoint, demand, judgement, decision, tls } = reached
  return {
    time,
    peer: describePeer(lane, reached),
    port: endpoint.port,
    level: demand.kind === 'use' ? demand.level : lane.policy.level,
    voucher: demand.kind === 'use' ? demand.voucher : null,
    verdict: judgement.verdict,
    cause: judgement.cause,
    decision: decision.kind,
    tls: tls ? recordTls(tls) : null,
    chain: tls?.shown ?? [],
    software,
  }
}

function describePeer({ policy, destination }: Pick<LaneFacts, 'policy' | 'destination'>, reached: Reached): Peer {
  const { endpoint, demand, known, capabilities, tls } = reached
  const { sts } = policy
  const leaf = tls?.chain[0]
  // What the recipient's domain asks for beyond it was asked for by no rule of the sender's.
  const ruled = demand.kind === 'pass-over' || demand.level === policy.level
  return {
    host: endpoint.host,
    address: endpoint.address,
    policy: policy.id,
    reason: demand.reason,
    policyDomain: destination.source === 'dns' ? policy.domain : null,
    ehlo: capabilities ? printEhlo(capabilities) : [],
    // Domains with the same enforced patterns share the lane; what demands nothing is not the same for all of them.
    sts: sts.kind === 'policy' && sts.mode === 'enforce' ? { id: sts.id, sha256: sts.sha256 ?? null } : null,
    tlsa: listTlsa(known) ?? null,
    rule: (ruled ? policy.rule : undefined) ?? null,
    certificate: leaf?.sha256 ?? null,
    key: leaf?.spkiSha256 ?? null,
    chain: tls?.chain.map(({ sha256 }) => sha256) ?? [],
  }
}

/** Lines and letters of an answer to EHLO that are written down: no server in use has need of more. */
const most = { lines: 32, letters: 160 } as const

/** The lines of an answer, keywords in upper case. */
function printEhlo({ greeting, extensions }: Capabilities): string[] {
  const lines = [greeting, ...extensions.slice(0, most.lines - 1).map(({ keyword, params }) => [keyword, ...params].join(' '))]
  return lines.map((line) => line.slice(0, most.letters))
}

function recordTls(tls: TlsFacts): SessionTls {
  return {
    version: tls.version,
    cipher: tls.cipher,
    group: tls.group ?? null,
    resumed: tls.resumed,
    provenAt: tls.provenAt === undefined ? null : new Date(tls.provenAt).toISOString(),
  }
}

export function describeTls(tls: Pick<TlsFacts, 'version' | 'cipher'> | undefined): string | undefined {
  return tls ? `${tls.version} ${tls.cipher}` : undefined
}
