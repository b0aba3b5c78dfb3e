import { z } from 'zod'

const count = z.int().min(0)

const share = z.strictObject({
  name: z.string(),
  messages: count,
  share: z.number().min(0).max(1).meta({ description: 'Of all messages delivered, from 0 to 1.' }),
})

/** What was recorded of the messages of a campaign or a period: `sealpost record --json`. */
export const recordSchema = z
  .strictObject({
    schema: z.literal('sealpost/record@1'),
    writtenAt: z.iso.datetime(),
    software: z.string(),
    period: z.strictObject({
      since: z.iso.datetime().nullable().meta({ description: 'Asked for: from this time on.' }),
      until: z.iso.datetime().nullable().meta({ description: 'Asked for: before this time.' }),
      first: z.iso.datetime().nullable().meta({ description: 'Of the first attempt in it.' }),
      last: z.iso.datetime().nullable(),
    }),
    campaigns: z.array(
      z.strictObject({
        name: z.string(),
        from: z.string(),
        subject: z.string(),
        level: z.string(),
        startedAt: z.iso.datetime(),
        recipients: count,
        columns: z.array(z.string()),
        delivered: count.meta({ description: 'In the period.' }),
        waiting: count.meta({ description: 'In the queue now: held, deferred or not tried.' }),
      }),
    ),
    attempts: z
      .strictObject({ delivered: count, deferred: count, failed: count, replyLost: count, unknown: count })
      .meta({ description: 'Attempts by outcome; unknown ones were begun, and a crash hid how they ended.' }),
    delivered: z.strictObject({
      messages: count,
      octets: count,
      encrypted: count,
      plaintext: count,
      notKnown: count.meta({ description: 'No session of their own was recorded: of a provider that says so, or erased.' }),
      claimed: count.meta({ description: 'Delivered as a provider says; this sender did not see it.' }),
    }),
    by: z.strictObject({
      verdict: z.array(share),
      level: z.array(share),
      tls: z.array(share),
      cipher: z.array(share),
      group: z.array(share),
      provider: z.array(share),
    }),
    timeline: z.strictObject({
      step: count.meta({ description: 'Milliseconds that are counted together.' }),
      points: z.array(z.strictObject({ at: z.iso.datetime(), encrypted: count, plaintext: count, notKnown: count })),
    }),
    held: z.array(
      z.strictObject({ campaign: z.string(), reason: z.string(), verdict: z.string(), messages: count, domains: count }),
    ),
    below: z.array(z.strictObject({ verdict: z.string(), cause: z.string(), sessions: count, hosts: count })).meta({
      description: 'Connections over which nothing was handed over, as they gave less than was demanded or nothing at all.',
    }),
    acts: z.array(
      z.strictObject({
        time: z.iso.datetime(),
        act: z.string(),
        detail: z.record(z.string(), z.union([z.string(), z.number()])),
        by: z.string().nullable(),
      }),
    ),
    weakest: z.array(
      z.strictObject({
        host: z.string(),
        provider: z.string().nullable(),
        verdict: z.string(),
        cause: z.string(),
        tls: z.string().nullable(),
        cipher: z.string().nullable(),
        messages: count,
      }),
    ),
    processing: z.array(z.strictObject({ article: z.string(), asks: z.string(), answer: z.string().nullable() })),
    evidence: z.strictObject({
      status: z.enum(['intact', 'changed', 'missing']),
      origin: z.string().nullable(),
      entries: count,
      root: z.string().nullable().meta({ description: 'Of the tree that the checkpoint signs: SHA-256, hex.' }),
      key: z.string().nullable().meta({ description: 'SHA-256 of the public key that signed it, hex.' }),
      failure: z.string().nullable(),
      where: z.string().nullable(),
      why: z.string().nullable(),
    }),
  })
  .meta({ title: 'What was recorded of the messages of a campaign or a period' })

export type SentRecord = Readonly<z.infer<typeof recordSchema>>

/** JSON Schema of the document. */
export function describeRecordDocument(): object {
  return z.toJSONSchema(recordSchema)
}
