import { z } from 'zod'
import { secretEntries } from './secret.ts'

const passphrase = secretEntries('the passphrase of the key that signs the evidence')

/** The evidence log of the data folder. */
export const evidence = z
  .strictObject({
    origin: z
      .string()
      .max(200)
      .regex(/^[^\s+\p{Cc}]+$/u, { error: 'must be a name without spaces and plus signs, such as log.example.org/mail' })
      .optional()
      .meta({
        title: 'name',
        description:
          'What the log is called, for ever, from its first entry on. Otherwise it is named after its key. It is published with each checkpoint.',
        example: 'log.example.org/mail',
      }),
    passphraseEnv: passphrase.env,
    passphraseFile: passphrase.file,
  })
  .refine(({ passphraseEnv, passphraseFile }) => passphraseEnv === undefined || passphraseFile === undefined, {
    error: 'needs one of passphraseEnv and passphraseFile, not both',
  })
  .prefault({})
  .meta({ description: 'The signed record of what was sent, and how.' })
