import { z } from 'zod'

/** What is counted of messages: nothing, unless it is switched on. */
export const tracking = z
  .strictObject({
    clicks: z.boolean().default(false).meta({
      description: 'Whether it is counted how often each link of the HTML is followed; links then lead over sealpost serve.',
    }),
    opens: z.boolean().default(false).meta({
      description: 'Whether it is counted how often a picture that nobody sees is fetched.',
    }),
    consent: z.string().min(1).optional().meta({
      title: 'column',
      description:
        'The column of the list that says who agreed to it: whoever has nothing in it, or no, false, off or 0, is not counted, and gets the links as they were written.',
    }),
  })
  .meta({
    title: 'map',
    description:
      'Counts clicks and openings, each off by default; templates have the variable tracking_optout, a link to take the consent back. docs/tracking.md says what is kept, and what the law asks first. Settings: server.baseUrl.',
  })
