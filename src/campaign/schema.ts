import { z } from 'zod'
import { refuseHeaderName } from '../mime/index.ts'
import { tracking } from './trackingSchema.ts'
import { unsubscribe } from './unsubscribeSchema.ts'
import { type Level, levels } from '../policy/index.ts'
import { dkimSchema, heldSchema, sourceMeta, sourceSchema } from '../settings/index.ts'
import { parseAddress, parseDomain, parseMailbox } from '../smtp/index.ts'
import { requireSubject, segment, split, subjects } from './audienceSchema.ts'
import { route } from './routeSchema.ts'
import { moment, pace } from './time/schema.ts'

function mailbox() {
  return z.string().superRefine((text, context) => {
    const parsed = parseMailbox(text)
    if (parsed.kind === 'invalid') {
      const message = `must be an address such as "Ada Lovelace <ada@example.org>": ${parsed.why}`
      context.addIssue({ code: 'custom', message })
    }
  })
}

const bounces = z.string().transform((text, context) => {
  const parsed = parseAddress(text)
  if (parsed.kind === 'address' && !parsed.unicode) return parsed.text
  const why = parsed.kind === 'invalid' ? parsed.why : 'what stands before the @ is not ASCII, which many servers refuse'
  context.addIssue({ code: 'custom', message: `must be an address alone, such as bounces@example.org: ${why}` })
  return z.NEVER
})

const notices = ['failure', 'delay', 'success'] as const

// RFC 3461 4.1: NEVER stands alone, the others in any combination. 4.3: RET.
const dsn = z.strictObject({
  notify: z
    .union([z.literal('never'), z.array(z.enum(notices)).min(1)], {
      error: 'must be never, or a list of failure, delay and success, such as [failure, delay]',
    })
    .transform((value) => (value === 'never' ? value : notices.filter((notice) => value.includes(notice))))
    .prefault(['failure'])
    .meta({
      title: 'never | list of failure, delay, success',
      description: "Of what the recipient's servers shall tell the sender (RFC 3461), where they offer DSN.",
    }),
  return: z
    .enum(['headers', 'full'])
    .default('headers')
    .meta({ description: 'How much of the message comes back with a report of failure.' }),
})

/** RFC 2919 3: a name with dots in angle brackets, and words before it if one likes. */
const listId = z.string().regex(/^(?:[A-Za-z0-9 ]{1,60} )?<[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+>$/, {
  error: 'must be a name with dots in angle brackets, such as "Shop news <news.shop.example>"',
})

const attachment = z.union(
  [
    z.string().min(1),
    z.strictObject({
      file: z.string().min(1),
      name: z
        .string()
        .min(1)
        .max(200)
        // A path, and text that is turned round (x\u202efdp.exe reads as xexe.pdf), are how a file passes for another.
        .regex(/^[^/\\\p{Cc}\p{Bidi_Control}]*$/u, { error: 'must be the name of a file: no slashes, no control characters' })
        .optional(),
      type: z
        .string()
        .regex(/^[a-z]+\/[a-z0-9.+-]+$/, { error: 'must be a content type, such as application/pdf' })
        .refine((type) => !/^(?:multipart|message)\//.test(type), { error: 'must not be multipart or message' })
        .optional(),
    }),
  ],
  { error: 'must be a file, or a map with file:, and name: and type: if they shall be others' },
)

const dkim = z.array(dkimSchema).min(1).max(4).optional().meta({
  title: 'list of maps',
  description:
    'The keys that messages are signed with: domain, selector, and key, the file. Otherwise those of sealpost.yaml. Keys are read when sending begins.',
})

const headers = z
  .record(z.string(), z.string())
  .superRefine((record, context) => {
    const seen = new Set<string>()
    for (const name of Object.keys(record)) {
      const twice = seen.has(name.toLowerCase()) ? 'is there twice' : undefined
      const message = refuseHeaderName(name) ?? twice
      if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message })
      seen.add(name.toLowerCase())
    }
  })
  .default({})

const domains = z
  .record(z.string(), z.enum(levels))
  .transform((record, context) => {
    const named = new Map<string, Level>()
    for (const [name, level] of Object.entries(record)) {
      const domain = parseDomain(name)
      const problem = domain === undefined ? 'is not the name of a domain' : named.has(domain) ? 'is there twice' : undefined
      if (problem !== undefined) context.addIssue({ code: 'custom', path: [name], message: problem })
      else if (domain !== undefined) named.set(domain, level)
    }
    return Object.fromEntries(named)
  })
  .prefault({})

const identity = z.strictObject({
  name: z.string().trim().min(1).max(200).optional().meta({
    title: 'name',
    description: 'The name of the sender, as it stands in the message.',
  }),
  address: z.string().trim().min(1).max(500).optional().meta({
    title: 'postal address',
    description: 'The postal address of the sender, as it stands in the message. Lines and commas do not count.',
  }),
})

function leavesOneWay(campaign: { readonly unsubscribe?: unknown; readonly headers: Readonly<Record<string, string>> }): boolean {
  return (
    campaign.unsubscribe === undefined ||
    !Object.keys(campaign.headers).some((name) => /^list-unsubscribe(?:-post)?$/i.test(name))
  )
}

/** What may stand in campaign.yaml. */
export const campaignSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
        error: 'must be up to 64 letters, digits, dots, dashes and underscores, and begin with a letter or digit',
      })
      .meta({ title: 'name', description: 'What queue, evidence and reports call it. A campaign that was sent keeps its name.' }),
    list: z
      .string()
      .min(1)
      .meta({ title: 'file or name', description: 'The recipients: a file in CSV or JSON Lines, or the name of a stored list.' }),
    addressColumn: z.string().min(1).optional().meta({
      title: 'column',
      description: 'The column of the list that holds the addresses, where none is named email, mail or address.',
    }),
    from: mailbox().meta({ title: 'address', description: 'The sender that people see, and that bounces go to.' }),
    sender: mailbox().optional().meta({
      title: 'address',
      description: 'Who sends it for them, where that is someone else (RFC 5322 3.6.2).',
    }),
    replyTo: mailbox().optional().meta({ title: 'address', description: 'Where answers go, if not to the sender.' }),
    identity: identity.optional().meta({ description: 'Who sends, for the check that the message says so.' }),
    subject: z.string().min(1).optional().meta({ title: 'template', description: 'The subject, in Liquid.' }),
    subjects,
    segment,
    split,
    preheader: z.string().min(1).optional().meta({
      title: 'template',
      description: 'What mail programs show behind the subject, in Liquid; hidden in the message itself. Needs html.',
    }),
    toName: z.string().min(1).optional().meta({
      title: 'column',
      description: "The column of the list that holds the recipients' names, to stand before the address in To.",
    }),
    text: z
      .string()
      .min(1)
      .optional()
      .meta({ title: 'file', description: 'The template of the plain text, in Liquid. Made from html where it is missing.' }),
    html: z.string().min(1).optional().meta({
      title: 'file',
      description:
        'The template of the HTML, or of MJML where the name ends in .mjml, in Liquid. Values are escaped by themselves: do not add "escape"; "raw" switches it off for one value. Style sheets in it are written into the elements, pictures that it names as files travel with the message.',
    }),
    attachments: z.array(attachment).min(1).max(50).optional().meta({
      title: 'list of files',
      description:
        'Files that travel with each message, 20 MB in all with the pictures. Each is the name of a file, or a map: file, name (how the recipient sees it), type (application/pdf).',
    }),
    listId: listId.optional().meta({
      title: 'name <id>',
      description: 'List-Id (RFC 2919): what mail programs sort by. The same for all campaigns to a list.',
    }),
    feedbackId: z
      .string()
      .regex(/^[A-Za-z0-9._-]{3,40}$/, { error: 'must be 3 to 40 letters, digits, dots, dashes and underscores' })
      .optional()
      .meta({
        title: 'name',
        description: 'What you call yourself in Feedback-ID, by which Gmail counts complaints; always the same.',
      }),
    headers: headers.meta({ title: 'map of name to template', description: 'Further headers.' }),
    dkim,
    level: z
      .enum(levels)
      .default('encrypted')
      .meta({ description: 'What each connection must be like before a message goes over it; until then the message waits.' }),
    domains: domains.meta({
      title: 'map of domain to level',
      description: 'Stricter levels for the recipients of single domains.',
    }),
    route,
    held: heldSchema.optional(),
    requireTls: z.boolean().default(false).meta({
      description:
        'Whether every server on the way must pass the message on over TLS to a server that proves who it is (REQUIRETLS, RFC 8689). Few servers offer that; messages to all others are held.',
    }),
    at: moment.optional().meta({
      title: 'time',
      description:
        'When the first message is due, with a time zone: "2026-12-01 09:00 Europe/Berlin", or 2026-12-01T09:00+01:00. Otherwise at once.',
    }),
    pace: pace.optional().meta({
      description:
        'How quickly the whole campaign goes out, beside what each provider is given. It may be changed while it is sent.',
    }),
    dsn: dsn.optional().meta({ description: 'Reports that servers send about the delivery.' }),
    source: sourceSchema
      .optional()
      .meta({ ...sourceMeta, description: `${sourceMeta.description} Otherwise as in the settings.` }),
    unsubscribe: unsubscribe.optional(),
    tracking: tracking.optional(),
    bounces: bounces.optional().meta({
      title: 'address',
      description: 'Where bounces go, if not to the sender; each recipient gets a variant of its own.',
    }),
  })
  .refine((campaign) => campaign.text !== undefined || campaign.html !== undefined, {
    error: 'names no message: add text, html or both',
  })
  .refine((campaign) => campaign.preheader === undefined || campaign.html !== undefined, {
    path: ['preheader'],
    error: 'stands in the HTML, and there is no html',
  })
  .refine(({ tracking, html }) => !(tracking?.clicks || tracking?.opens) || html !== undefined, {
    path: ['tracking'],
    error: 'counts what is done with the HTML, and there is no html',
  })
  .superRefine(requireSubject)
  .refine(leavesOneWay, { path: ['headers'], error: 'must not have List-Unsubscribe beside unsubscribe, which writes it' })
  .meta({ title: 'Sealpost campaign', description: 'campaign.yaml' })
