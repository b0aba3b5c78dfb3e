import { z } from 'zod'
import { secretEntries } from './secret.ts'

const signingKey = secretEntries('the webhook signing key of the account', 'MAILGUN_SIGNING_KEY')
const password = secretEntries('the password that was given to SparkPost', 'SPARKPOST_PASSWORD')

/** What providers report to `sealpost serve`. */
export const claims = z
  .strictObject({
    mailgun: z
      .strictObject({ signingKeyEnv: signingKey.env, signingKeyFile: signingKey.file })
      .refine(({ signingKeyEnv, signingKeyFile }) => (signingKeyEnv === undefined) !== (signingKeyFile === undefined), {
        error: 'needs one of signingKeyEnv and signingKeyFile',
      })
      .optional()
      .meta({ description: 'Reports of Mailgun, at /events/mailgun.' }),
    sendgrid: z
      .strictObject({
        publicKey: z
          .string()
          .regex(/^[A-Za-z0-9+/]{60,400}={0,2}$/, { error: 'must be the verification key in base64, as SendGrid shows it' })
          .optional()
          .meta({
            title: 'key',
            description: 'The verification key of the signed event webhook, in base64.',
            example:
              'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa==',
          }),
      })
      .refine(({ publicKey }) => publicKey !== undefined, { error: 'needs publicKey' })
      .optional()
      .meta({ description: 'Reports of SendGrid, at /events/sendgrid.' }),
    sparkpost: z
      .strictObject({
        user: z
          .string()
          .regex(/^[^:\p{Cc}]{1,200}$/u, { error: 'must be a name without a colon' })
          .optional()
          .meta({ title: 'name', description: 'The user name that was given to SparkPost.', example: 'events' }),
        passwordEnv: password.env,
        passwordFile: password.file,
      })
      .refine(({ user }) => user !== undefined, { error: 'needs user' })
      .refine(({ passwordEnv, passwordFile }) => (passwordEnv === undefined) !== (passwordFile === undefined), {
        error: 'needs one of passwordEnv and passwordFile',
      })
      .optional()
      .meta({ description: 'Reports of SparkPost, at /events/sparkpost.' }),
  })
  .prefault({})
  .meta({ description: 'What providers report of messages that were handed to them (docs/provider-events.md).' })
