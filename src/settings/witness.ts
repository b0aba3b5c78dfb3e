import { z } from 'zod'

/** `name+id+key`; whether they belong together is seen when they are read. */
const verifierKey = z
  .string()
  .max(2_048)
  .regex(/^[^\s+]{1,1024}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/, {
    error: "must be a log's key: name+id+key, as it stands in the file evidence/keys of a data folder",
  })

/** Whose checkpoints `sealpost serve` cosigns. */
export const witness = z
  .strictObject({
    name: z
      .string()
      .regex(/^[^\s+]{1,255}$/, { error: 'must be a name without spaces and plus signs, such as witness.example.org' })
      .optional()
      .meta({
        title: 'name',
        description: 'The name that its cosignatures carry. With it, sealpost serve answers as a witness at /add-checkpoint.',
        example: 'witness.example.org',
      }),
    logs: z.array(verifierKey).max(1_000).prefault([]).meta({
      title: 'list of keys',
      description: 'The logs that are witnessed: a verifier key each (name+id+key), several for a log whose key changed.',
      example: '["log.example+0c1d2e3f+AbCd…"]',
    }),
  })
  .refine(({ name, logs }) => name !== undefined || logs.length === 0, { error: 'needs a name beside the logs' })
  .prefault({})
  .meta({ description: "Cosigning the checkpoints of other people's evidence logs (docs/anchoring.md)." })
