import { isIP } from 'node:net'
import { z } from 'zod'

/** How strictly a campaign is held to the rules of receivers and laws. */
export const compliance = z
  .strictObject({
    level: z.enum(['block', 'warn']).default('block').meta({
      description: 'Whether an error stops a campaign before its first message, or is told as a warning.',
    }),
    off: z
      .array(z.string().regex(/^[a-z][a-z0-9-]{0,49}$/, { error: 'must be the id of a rule, such as spf-missing' }))
      .max(200)
      .prefault([])
      .meta({ title: 'list of rules', description: 'Rules that are not looked at, by their ids in docs/compliance.md.' }),
    addresses: z
      .array(z.string().refine((text) => isIP(text) !== 0, { error: 'must be an IP address, such as 192.0.2.1' }))
      .max(50)
      .prefault([])
      .meta({
        title: 'list of addresses',
        description:
          'The addresses that your mail leaves from, as others see them, for SPF and reverse DNS. Otherwise those of this machine that are not private.',
      }),
  })
  .prefault({})
  .meta({ description: 'What a campaign is held to before its first message.' })
