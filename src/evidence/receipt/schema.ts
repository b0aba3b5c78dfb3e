import { z } from 'zod'
import { receiptFormat } from '../verify/index.ts'

const leaf = z.string().max(65_535).meta({ description: 'an entry of the log as it stands there: canonical JSON (RFC 8785)' })
const proof = z.string().meta({ description: 'that the entry is in the log: c2sp.org/tlog-proof@v1, with the signed checkpoint' })
const key = z.string().length(43).meta({ description: 'the HMAC key of the commitments, 32 octets, base64url' })

const peer = z
  .strictObject({
    host: z.string(),
    address: z.string(),
    policy: z.string(),
    reason: z.string(),
    policyDomain: z.string().nullable(),
    ehlo: z.array(z.string()),
    sts: z.strictObject({ id: z.string(), sha256: z.string().nullable() }).nullable(),
    tlsa: z.strictObject({ secure: z.boolean(), records: z.array(z.string()) }).nullable(),
    rule: z.string().nullable(),
    certificate: z.string().nullable().meta({ description: "SHA-256 of the server's certificate, hex" }),
    key: z.string().nullable().meta({ description: 'SHA-256 of its public key (SPKI), hex' }),
    chain: z.array(z.string()).meta({ description: 'SHA-256 of each certificate as it was shown, hex' }),
  })
  .meta({ description: 'to whom the connection was, and on what ground' })

const attempt = z.strictObject({
  leaf,
  proof,
  opening: z
    .strictObject({
      key,
      recipient: z.string(),
      campaign: z.string(),
      domain: z.string(),
      message: z.string().nullable().meta({ description: "SHA-256 of the message's octets, hex; null where it is not known" }),
      reply: z.string().nullable().meta({ description: "the text of the server's reply" }),
    })
    .meta({ description: 'what stands behind the commitments of the entry' }),
})

const session = z.strictObject({
  leaf,
  proof,
  opening: z.strictObject({ key, peer }).nullable().meta({ description: 'null where the peer stands in the entry in the clear' }),
})

/** The document that `sealpost prove` writes. */
export const receiptSchema = z.strictObject({
  format: z.literal(receiptFormat),
  origin: z.string().meta({ description: 'the name of the log' }),
  attempt,
  session: session.nullable().meta({ description: 'null where the attempt names none' }),
  certificates: z.array(z.string()).meta({ description: "PEM, the server's own first; none, or all that were shown" }),
  rotations: z
    .array(z.strictObject({ leaf, proof }))
    .max(100)
    .meta({ description: 'where keys were changed: the acts that say so, the oldest first' }),
  timestamps: z.array(z.string()).meta({ description: 'RFC 3161 responses over the text of the checkpoint, base64' }),
})

export function describeReceipt(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(receiptSchema)
  const description = 'What `sealpost prove` writes, and `sealpost verify` and docs/verifier.html check.'
  return { $schema, $id: 'urn:sealpost:receipt:1', title: 'A receipt', description, ...rest }
}
