import { z } from 'zod'

/** `10%` as 0.1. */
const share = z
  .string()
  .regex(/^\d{1,3}(?:\.\d{1,4})?%$/, { error: 'must be a share such as 10%' })
  .transform((text, context) => {
    const number = Number(text.slice(0, -1)) / 100
    if (number > 0 && number <= 1) return number
    context.addIssue({ code: 'custom', message: 'must be more than 0% and at most 100%' })
    return z.NEVER
  })

const draw = z.string().min(1).max(64)

export const segment = z.string().min(1).optional().meta({
  title: 'condition',
  description: 'Only recipients for whom it holds, such as country = "DE" and age >= 18 (list.md).',
})

export const split = z
  .strictObject({
    share: share.meta({ title: 'share', description: 'Only so many of the recipients, drawn by lot, such as 10%.' }),
    of: draw.meta({
      title: 'name',
      description: 'The name of the draw: the same name draws the same recipients, in every campaign.',
    }),
    rest: z.boolean().default(false).meta({ description: 'All others instead.' }),
  })
  .optional()

export const subjects = z
  .strictObject({
    a: z.string().min(1).meta({ title: 'template', description: 'A subject to be tried, in place of subject.' }),
    b: z.string().min(1).meta({ title: 'template', description: 'The other one.' }),
    share: share.meta({ title: 'share', description: 'How many of the recipients take part in the test, half of them each.' }),
    of: draw.meta({ title: 'name', description: 'The name of the draw; the campaign that sends the winner has the same.' }),
    winner: z.enum(['a', 'b']).optional().meta({
      description: 'Once you know: who took no part gets this subject, and who did gets nothing. Give the campaign a new name.',
    }),
  })
  .refine((test) => test.winner === undefined || test.share < 1, {
    error: 'names a winner, and with share: 100% nobody is left to get it',
  })
  .optional()

/** A campaign has one subject, or two to try. */
export function requireSubject(
  campaign: { readonly subject?: string | undefined; readonly subjects?: unknown },
  context: { addIssue(issue: { code: 'custom'; path: string[]; message: string }): void },
): void {
  if (campaign.subject === undefined && campaign.subjects === undefined)
    context.addIssue({ code: 'custom', path: ['subject'], message: 'is missing; to try two, write subjects' })
  if (campaign.subject !== undefined && campaign.subjects !== undefined)
    context.addIssue({ code: 'custom', path: ['subjects'], message: 'cannot stand beside subject: one of them is too many' })
}
