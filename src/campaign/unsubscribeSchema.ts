import { z } from 'zod'
import { parseAddress } from '../smtp/index.ts'

const mailto = z.string().transform((text, context) => {
  const parsed = parseAddress(text)
  // It stands in a URI in a header: what would have to be encoded there twice is left to nobody's reading.
  if (parsed.kind === 'address' && /^[A-Za-z0-9.!#$*+/=^_`{|}~-]+$/.test(parsed.local) && parsed.text.length <= 150)
    return parsed.text
  context.addIssue({ code: 'custom', message: 'must be a plain address, such as unsubscribe@example.org' })
  return z.NEVER
})

/** How recipients leave: links of their own in the header and the body, which `sealpost serve` answers. */
export const unsubscribe = z
  .strictObject({
    list: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: 'must be up to 64 letters, digits, dots, dashes and underscores' })
      .optional()
      .meta({ title: 'name', description: 'What they leave: mail of campaigns that name the same list. Otherwise all mail.' }),
    mailto: mailto.optional().meta({
      title: 'address',
      description: 'Where they may write instead of following the link; sealpost bounces read takes what arrives there.',
    }),
  })
  .meta({
    title: 'map',
    description:
      'Gives each recipient a link to leave with (RFC 8058), and templates the variable unsubscribe_url, which each part of the message must show. An empty map ({}) is enough; settings: server.baseUrl.',
  })
