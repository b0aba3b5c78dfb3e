import { z } from 'zod'
import type { Peer, SessionFacts } from '../facts.ts'
import { clip, clipOrNull, commitment, format, hash, leafFormat, most, name, sentence, sessionId, time, word } from './parts.ts'

const peer = z
  .strictObject({
    host: name,
    address: word,
    policy: name,
    reason: sentence,
    policyDomain: name.nullable(),
    ehlo: z.array(z.string().max(most.ehloLine)).max(most.ehloLines),
    sts: z.strictObject({ id: word, sha256: hash.nullable() }).nullable(),
    tlsa: z
      .strictObject({ secure: z.boolean(), records: z.array(z.string().max(most.tlsaRecord)).max(most.tlsaRecords) })
      .nullable(),
    rule: sentence.nullable(),
    certificate: hash.nullable(),
    key: hash.nullable(),
    chain: z.array(hash).max(most.chain),
  })
  .meta({ id: 'Peer', description: 'To whom the connection was, and on what ground.' })

const tls = z.strictObject({
  version: word,
  cipher: word,
  group: word.nullable(),
  resumed: z.boolean(),
  provenAt: time.nullable(),
})

/** One connection: to whom, under which demand, and what TLS showed. */
export const sessionSchema = z
  .strictObject({
    format,
    kind: z.literal('session'),
    time,
    id: sessionId.meta({ description: 'Random; attempts name it.' }),
    peer: z.union([peer, commitment]),
    port: z.int().min(0).max(65_535),
    level: word,
    voucher: z.enum(['dane', 'sts', 'user', 'dns']).nullable(),
    verdict: word,
    cause: name,
    decision: word,
    tls: tls.nullable(),
    software: word,
  })
  .meta({ id: 'Session' })

export type SessionLeaf = Readonly<z.infer<typeof sessionSchema>>

/** The peer as it is committed to or stands in the clear: bounded, and in canonical form (RFC 8785: keys in order). */
export function printPeer(peer: Peer): string {
  const { sts, tlsa } = peer
  return JSON.stringify({
    address: clip(peer.address, most.word),
    certificate: peer.certificate,
    chain: peer.chain.slice(0, most.chain),
    ehlo: peer.ehlo.slice(0, most.ehloLines).map((line) => clip(line, most.ehloLine)),
    host: clip(peer.host, most.name),
    key: peer.key,
    policy: clip(peer.policy, most.name),
    policyDomain: clipOrNull(peer.policyDomain, most.name),
    reason: clip(peer.reason, most.sentence),
    rule: clipOrNull(peer.rule, most.sentence),
    sts: sts && { id: clip(sts.id, most.word), sha256: sts.sha256 },
    tlsa: tlsa && {
      records: tlsa.records.slice(0, most.tlsaRecords).map((record) => clip(record, most.tlsaRecord)),
      secure: tlsa.secure,
    },
  })
}

/**
 * The canonical form (RFC 8785) of a session's leaf: the keys stand in order, and JSON.stringify prints the rest as that asks.
 *
 * @param peer what `printPeer` gives, or the commitment to it as JSON
 */
export function printSession(facts: Omit<SessionFacts, 'peer' | 'chain'>, id: string, peer: string): string {
  const { tls } = facts
  const before = JSON.stringify({
    cause: clip(facts.cause, most.name),
    decision: clip(facts.decision, most.word),
    format: leafFormat,
    id,
    kind: 'session',
    level: clip(facts.level, most.word),
  })
  const after = JSON.stringify({
    port: facts.port,
    software: clip(facts.software, most.word),
    time: new Date(facts.time).toISOString(),
    tls: tls && {
      cipher: clip(tls.cipher, most.word),
      group: clipOrNull(tls.group, most.word),
      provenAt: tls.provenAt,
      resumed: tls.resumed,
      version: clip(tls.version, most.word),
    },
    verdict: clip(facts.verdict, most.word),
    voucher: facts.voucher,
  })
  return `${before.slice(0, -1)},"peer":${peer},${after.slice(1)}`
}
