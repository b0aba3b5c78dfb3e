import { z } from 'zod'

/** A key that messages are signed with: whose word the signature is, which of its keys, and the file. */
export const dkimSchema = z.strictObject({
  domain: z.string().min(1),
  selector: z.string().min(1),
  key: z.string().min(1),
})

/** For all campaigns that do not say it themselves. */
export const dkimDefault = z.array(dkimSchema).max(4).default([]).meta({
  title: 'list of maps',
  description:
    'The keys that messages are signed with (DKIM): domain, selector, and key, the file; sealpost dkim new makes one. For campaigns that name none themselves.',
})
