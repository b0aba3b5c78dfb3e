import { z } from 'zod'
import { secretEntries } from './secret.ts'

const passphrase = secretEntries('the passphrase of the key that signs the evidence')

/** The evidence log of the data folder. */
export const evidence = z
  .strictObject({
    domains: z.enum(['committed', 'clear']).default('committed').meta({
      description:
        'Whether domains, and the servers that they lead to, stand in the evidence log in the clear, or as commitments that openings.db opens: a domain of one person names that person.',
    }),
    origin: z
      .string()
      .max(200)
      .regex(/^[^\s+\p{Cc}]+$/u, 'must be a name without spaces and plus signs, such as log.example.org/news')
      .optional()
      .meta({
        title: 'name',
        description:
          'The name of the evidence log, which its checkpoints carry. It counts when the log is begun, and stays. Otherwise it is made of the first key.',
        example: 'log.example.org/news',
      }),
    passphraseEnv: passphrase.env,
    passphraseFile: passphrase.file,
  })
  .refine(({ passphraseEnv, passphraseFile }) => passphraseEnv === undefined || passphraseFile === undefined, {
    error: 'needs one of passphraseEnv and passphraseFile, not both',
  })
  .prefault({})
  .meta({ description: 'The signed record of what was sent, and how.' })
