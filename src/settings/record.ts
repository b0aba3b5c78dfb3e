import { z } from 'zod'

const words = (description: string, example: string) =>
  z.string().min(1).max(1_000).optional().meta({ title: 'text', description, example })

/** What GDPR article 30(1) asks for and only people know. */
export const record = z
  .strictObject({
    controller: words(
      'Who is responsible for the data, and how to reach them (GDPR article 30(1)(a)).',
      'Shop Ltd, 1 High Street, Dublin; privacy@shop.example',
    ),
    officer: words('The data protection officer, where there is one.', 'dpo@shop.example'),
    purpose: words(
      'Why mail is sent (article 30(1)(b)); otherwise the campaigns are named.',
      'News to customers who asked for it',
    ),
    retention: words('When the data is erased (article 30(1)(f)).', 'Two years after the last campaign'),
  })
  .prefault({})
  .meta({ description: 'What `sealpost record` tells an auditor and no program can know.' })
