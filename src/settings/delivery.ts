import { z } from 'zod'
import { mailboxProviders } from '../provider/index.ts'
import { parseHostname, parsedSchema } from './host.ts'
import { findNearest } from '../nearest.ts'
import { whole, wholeSchema } from './whole.ts'

/** The most that a destination may be given. */
export interface LaneLimits {
  /** At a time. */
  readonly connections: number
  readonly messagesPerConnection: number
  readonly recipientsPerTransaction: number
  readonly messagesPerHour: number | undefined
  /** Messages a day, by day from the first; empty for no limit. */
  readonly warmUp: readonly number[]
}

/** Limits for all destinations that it matches, taken together; those left out are as for everybody. */
export interface DeliveryRuleSetting {
  readonly match:
    | { readonly kind: 'provider'; readonly provider: string }
    /** A host name, or `*.` and the name that all are below. */
    | { readonly kind: 'mx'; readonly pattern: string }
    | { readonly kind: 'domain'; readonly domain: string }
  readonly change: { readonly [Name in keyof LaneLimits]?: LaneLimits[Name] | undefined }
}

const most = { connections: 1_000, messagesPerConnection: 10_000, recipientsPerTransaction: 1_000 }
const abouts = {
  connections: 'Connections at a time to one provider, or one set of mail servers. It starts with three and goes by the answers.',
  messagesPerConnection: 'Messages to hand over before a connection is closed.',
  recipientsPerTransaction: 'Recipients of one and the same message to name together (RFC 5321 4.5.3.1.8).',
}

const perHour = z
  .union([z.literal('none'), z.int().min(1).max(10_000_000)], { error: 'must be a whole number from 1 to 10000000, or none' })
  .transform((value) => (value === 'none' ? undefined : value))

const days = z.array(z.int().min(1).max(100_000_000)).max(90)

export const lane = z
  .strictObject({
    connections: whole(10, 1, most.connections, abouts.connections),
    messagesPerConnection: whole(100, 1, most.messagesPerConnection, abouts.messagesPerConnection),
    recipientsPerTransaction: whole(100, 1, most.recipientsPerTransaction, abouts.recipientsPerTransaction),
    messagesPerHour: perHour.prefault('none').meta({
      title: 'number | none',
      description: 'The most messages in any hour to one provider, or one set of mail servers; they are spread over it.',
      example: 'none',
    }),
    warmUp: days.default([]).meta({
      title: 'list of numbers',
      description:
        'For an address that is new to the providers: the most messages on the first day (UTC) on which something is sent to one, on the second, and so on; after the last there is no limit.',
    }),
  })
  .prefault({})
  .meta({ description: 'What one provider, or one set of mail servers, is given. delivery.rules says otherwise for some.' })

const provider = z.string().superRefine((id, context) => {
  const ids = mailboxProviders.map((known) => known.id)
  if (ids.includes(id)) return
  const nearest = findNearest(id, ids)
  const guess = nearest === undefined ? 'docs/providers.md lists them' : `did you mean ${nearest}?`
  context.addIssue({ code: 'custom', message: `is no provider of mailboxes that is known: ${guess}` })
})

function parsePattern(text: string): string | undefined {
  const host = parseHostname(text.startsWith('*.') ? text.slice(2) : text)
  return host !== undefined && text.startsWith('*.') ? `*.${host}` : host
}

const rule = z
  .strictObject({
    provider: provider.optional(),
    mx: parsedSchema(parsePattern, 'must be the name of a mail server, or *. and what such names end with').optional(),
    domain: parsedSchema(parseHostname, 'must be the name of a domain, such as example.org').optional(),
    connections: wholeSchema(1, most.connections, abouts.connections).optional(),
    messagesPerConnection: wholeSchema(1, most.messagesPerConnection, abouts.messagesPerConnection).optional(),
    recipientsPerTransaction: wholeSchema(1, most.recipientsPerTransaction, abouts.recipientsPerTransaction).optional(),
    messagesPerHour: perHour.optional(),
    warmUp: days.optional(),
  })
  .transform(({ provider, mx, domain, ...change }, context): DeliveryRuleSetting => {
    const matches: DeliveryRuleSetting['match'][] = []
    if (provider !== undefined) matches.push({ kind: 'provider', provider })
    if (mx !== undefined) matches.push({ kind: 'mx', pattern: mx })
    if (domain !== undefined) matches.push({ kind: 'domain', domain })
    const [match, second] = matches
    const wrong =
      !match || second
        ? 'needs one of provider, mx and domain'
        : Object.keys(change).length === 0
          ? `limits nothing: add ${Object.keys(most).join(', ')}, messagesPerHour or warmUp`
          : undefined
    if (match && wrong === undefined) return { match, change }
    context.addIssue({ code: 'custom', message: wrong ?? '' })
    return z.NEVER
  })

export const rules = z.array(rule).max(200).prefault([]).meta({
  title: 'list of maps',
  description:
    'Limits for some. Each names a provider (provider: google, see docs/providers.md), mail servers (mx: "*.example.net") or a domain (domain: example.org), and any of the entries of delivery.lane; what it leaves out is as there, or as the provider publishes it. The first that matches counts, for all that it matches taken together.',
})

const moved: Readonly<Record<string, string>> = {
  lanes: 'has no entry lanes any more: delivery.connections, the most connections in all, takes its place',
  messagesPerConnection: 'has no entry messagesPerConnection any more: it is now delivery.lane.messagesPerConnection',
}

/** Says where an entry went that had another place before. */
export const nameMoved: z.core.$ZodErrorMap = (issue) =>
  issue.code === 'unrecognized_keys' ? moved[issue.keys[0] ?? ''] : undefined
